using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>
/// Writes down that a run is wanted: its stream begins with <c>run.queued</c>. A <see cref="ContinueRun"/> begins the run.
/// </summary>
/// <remarks>Reads files and hashes: not for a thread that others wait for.</remarks>
/// <param name="store">Opened for writing.</param>
/// <param name="time">Clock of the event.</param>
public sealed class RunQueue(Store store, TimeProvider time)
{
    /// <summary>Puts a run into the queue, durably; refuses what could not begin now either.</summary>
    /// <exception cref="RecipeException">The recipe or an override is wrong.</exception>
    /// <exception cref="RunNotFoundException">A run that it names is not there.</exception>
    /// <exception cref="StepNotLoggedException">That run has not come so far.</exception>
    /// <exception cref="RunIdTakenException">There is or was a run of that id.</exception>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be written; nothing was queued.</exception>
    /// <remarks>Also throws what reading a store, a model folder or data throws.</remarks>
    public RunRecord Add(QueueRun request)
    {
        var (run, reader) = (request.Wanted.Run, new RunReader(store));
        var asked = AskedRun.Of(request.Wanted, store);
        if (asked.Source is null) WorldFactory.Create(asked.Recipe);
        var parent = request.Wanted is ForkRun ? RunFork.PointOf(asked.Source!, asked.Step) : null;
        var queued = RunFacts.Queued(asked.Recipe, parent, request.By, request.Priority);
        if (!store.IsNew && (store.Journal.LastSequence(run.TrainingStream) > 0 || new DeletedRuns(store.Journal).Find(run) is not null))
            throw new RunIdTakenException(run);
        var envelope = new EventEnvelope(
            time.GetUtcNow(), null, Environment.MachineName, Environment.ProcessId, WriterEpoch: 1, request.By);
        var stored = EventCatalogue.Known.Seal(
            run.TrainingStream, new StreamHead(0, ((IFirstEvent)queued).ChainOrigin()), queued, envelope);
        using (var transaction = store.Begin(time))
        {
            transaction.Append(run.TrainingStream, new JournalRow(0, 1, stored.Manifest, JournalRow.SerializerId, stored.ToBytes()));
            transaction.Commit();
        }
        return reader.Read(run);
    }
}
