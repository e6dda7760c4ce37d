using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
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
/// <param name="memory">What a run may take at most; null for whatever it takes.</param>
public sealed class RunQueue(Store store, TimeProvider time, MemoryLimit? memory = null)
{
    /// <summary>Puts a run into the queue, durably; refuses what could not begin now either.</summary>
    /// <param name="wanted">The run; whether another build is accepted is asked when it begins.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <param name="priority">Of two runs that wait, the one with the higher number should begin first.</param>
    /// <exception cref="RecipeException">The recipe or an override is wrong.</exception>
    /// <exception cref="RunNotFoundException">A run that it names is not there.</exception>
    /// <exception cref="StepNotLoggedException">That run has not come so far.</exception>
    /// <exception cref="RunIdTakenException">There is or was a run of that id.</exception>
    /// <exception cref="MemoryExceededException">It takes more memory than there is. A fork takes what its parent took.</exception>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be written; nothing was queued.</exception>
    /// <remarks>Also throws what reading a store, a model folder or data throws.</remarks>
    public RunRecord Add(BeginRun wanted, string by, int priority)
    {
        var asked = AskedRun.Of(wanted, store);
        if (wanted is LaunchRun) memory?.ThrowIfTooLarge(asked.Recipe, store);
        WorldCheck.ThrowUnlessUsable(asked.Recipe);
        var parent = wanted is ForkRun ? RunFork.PointOf(asked.Source!, asked.Step) : null;
        // Whoever begins it may be in another directory.
        var queued = RunFacts.Queued(WithWholePaths(asked.Recipe), parent, by, priority);
        Append(wanted.Run, new StreamHead(0, ((IFirstEvent)queued).ChainOrigin()), [queued], epoch: 1, by, asked.Source?.Id);
        return new RunReader(store).Read(wanted.Run);
    }

    /// <summary>Writes down what a command leads to, of a run that has no actor.</summary>
    /// <param name="idle">The run as its log has it.</param>
    /// <param name="decided">What the command leads to.</param>
    /// <exception cref="RunIdTakenException">Somebody else wrote meanwhile.</exception>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be written.</exception>
    internal RunRecord Record(RunRecord idle, Decision decided)
    {
        if (decided.Events.Count == 0) return idle;
        var last = store.Journal.Last(idle.Id.TrainingStream)!;
        Append(idle.Id, idle.Head, decided.Events, last.Envelope.WriterEpoch + 1, who: null);
        return new RunReader(store).Read(idle.Id);
    }

    void Append(RunId run, StreamHead head, IReadOnlyList<IEvent> facts, long epoch, string? who, RunId? source = null)
    {
        using var transaction = store.Begin(time);
        if (source is { } needed)
        {
            transaction.HoldLineage();
            // Deleted since it was looked at?
            if (new RunReader(store) is var reader && !reader.Has(needed)) throw reader.NotThere(needed.Value);
        }
        // From here on nobody else writes.
        if (store.Journal.LastSequence(run.TrainingStream) != head.Sequence) throw new RunIdTakenException(run);
        foreach (var fact in facts) head = transaction.Append(run.TrainingStream, head, fact, epoch, who);
        transaction.Commit();
    }

    static Recipe WithWholePaths(Recipe recipe)
    {
        static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);
        return recipe with
        {
            Data = recipe.Data with { Path = Whole(recipe.Data.Path) },
            Policy = recipe.Policy.OfRun is null ? recipe.Policy with { Path = Whole(recipe.Policy.Path) } : recipe.Policy,
            Evaluation = recipe.Evaluation with { WebhookTokenFile = Whole(recipe.Evaluation.WebhookTokenFile) },
            Witness = recipe.Witness with
            {
                File = Whole(recipe.Witness.File),
                TokenFile = Whole(recipe.Witness.TokenFile),
            },
        };
    }
}
