using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>There is no run of that name in the data directory.</summary>
/// <param name="run">What was asked for.</param>
/// <param name="directory">Where.</param>
/// <param name="asWhat">What it is needed for; null where somebody asked for it.</param>
public sealed class RunNotFoundException(string run, string directory, string? asWhat = null)
    : Exception((asWhat is null ? "" : $"{asWhat}: ")
        + $"there is no run '{run}' in {directory}, or several begin so; the command 'runs' lists them")
{
    /// <summary>What was asked for.</summary>
    public string Run { get; } = run;
}

/// <summary>
/// Reads the runs of a data directory from their events, without an actor system and without a lock, also while they go on.
/// </summary>
/// <param name="store">The directory.</param>
public sealed class RunReader(Store store)
{
    readonly JournalReader _journal = store.Journal;

    /// <summary>The runs, in order of their ids.</summary>
    public IReadOnlyList<RunId> Runs() =>
        [.. _journal.Streams().Select(stream => RunId.TryOfTrainingStream(stream, out var run) ? run : (RunId?)null).OfType<RunId>()];

    /// <summary>Whether there is a run of that id.</summary>
    public bool Has(RunId run) => !store.IsNew && _journal.LastSequence(run.TrainingStream) > 0;

    /// <summary>A new id, as <see cref="RunId.New"/> makes it, that no run of the directory has or had.</summary>
    public RunId NewId(TimeProvider time, string name)
    {
        var streams = store.IsNew ? [] : _journal.Streams();
        var deleted = streams.Contains(DeletedRuns.Stream) ? new DeletedRuns(_journal).All() : [];
        var taken = streams.Concat(deleted.Select(run => RunId.Parse(run.Facts.Run).TrainingStream)).ToHashSet();
        RunId id;
        do id = RunId.New(time, name); while (taken.Contains(id.TrainingStream));
        return id;
    }

    /// <summary>A run by its id, or by the beginning of it where that is unique; <c>latest</c> is the one that began last.</summary>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    /// <exception cref="RunDeletedException">There was one of that id.</exception>
    public RunRecord Open(string name) => Read(Choose(name));

    /// <summary>
    /// Which run a name means, as for <see cref="Open"/>. One that is damaged
    /// is found, too, even if its evaluations are all that is left of it.
    /// </summary>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    /// <exception cref="RunDeletedException">There was one of that id.</exception>
    public RunId Find(string name) =>
        RunId.TryParse(name, out var run) && _journal.Streams().Contains(run.EvaluationStream) ? run : Choose(name);

    /// <summary>As <see cref="Open"/>, for whoever builds on the run: the chain of what made the weights is verified.</summary>
    /// <exception cref="BrokenChainException">An event is missing, altered or not linked to the one before.</exception>
    public RunRecord OpenVerified(string name)
    {
        var run = Find(name);
        foreach (var _ in Streams(run).VerifiedTraining()) { }
        return Read(run);
    }

    /// <summary>As <see cref="Find"/>, for a run whose training stream is there.</summary>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    /// <exception cref="RunDeletedException">There was one of that id.</exception>
    public RunId Choose(string name)
    {
        // The whole id, which is what programs ask with, needs no list of all.
        if (name != "latest" && RunId.TryParse(name, out var whole) && Has(whole)) return whole;
        var runs = name.Length > 0 ? Runs() : [];     // an empty variable of a script names no run
        if (name == "latest" && runs.Count > 0) return runs.MaxBy(Began);
        RunId[] found = [.. runs.Where(run => run.Value.StartsWith(name, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : throw NotThere(name);
    }

    /// <summary>Why there is no run of a name.</summary>
    internal Exception NotThere(string name) =>
        !store.IsNew && RunId.TryParse(name, out var run) && new DeletedRuns(_journal).Find(run) is { } deleted
            ? new RunDeletedException(deleted)
            : new RunNotFoundException(name, store.Place);

    /// <summary>When a run began; null while it waits, and if its first event cannot be read, which must not hide the other runs.</summary>
    DateTimeOffset? Began(RunId run)
    {
        try { return Streams(run).Started()?.Envelope.Time; }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return null; }
    }

    /// <summary>A run if it has not ended; looks at its last event alone.</summary>
    /// <exception cref="UnreadableEventException">That event is damaged.</exception>
    /// <exception cref="UnknownEventException">This build does not know it.</exception>
    public UnfinishedRun? Unfinished(RunId run)
    {
        var last = _journal.Last(run.TrainingStream)?.Event;
        return last switch
        {
            RunCompleted or RunFailed or RunStopped or RunDiverged => null,
            RunPaused => new UnfinishedRun(run, RunStatus.Paused),
            RunQueued => new UnfinishedRun(run, RunStatus.Queued),
            _ => new UnfinishedRun(run, RunStatus.Running),
        };
    }

    /// <summary>A run as its events tell it now.</summary>
    /// <exception cref="RunNotFoundException">It is not there.</exception>
    /// <exception cref="RunDeletedException">It was deleted, perhaps while it was being read.</exception>
    public RunRecord Read(RunId run)
    {
        try { return new(Streams(run), store.Artefacts); }
        catch (Exception gone) when (RunDamage.Is(gone) && !Has(run)) { throw NotThere(run.Value); }
    }

    /// <summary>A run's events, none of them read yet.</summary>
    public RunStreams Streams(RunId run) => new(run, _journal);
}
