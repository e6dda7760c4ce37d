using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>What deleting a run did.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Head">
/// Last event of its training stream, <c>SEQUENCE:HASH</c>; null where its log was damaged, so that nobody knows it.
/// </param>
/// <param name="Artefacts">Artefacts that were removed.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Kept">Artefacts of the run that another one needs, or may need.</param>
public sealed record DeletionResult(string Run, string? Head, int Artefacts, long Bytes, int Kept);

/// <summary>Deletes a run: its rows and a tombstone in one transaction, then the artefacts that nobody else needs.</summary>
/// <remarks>Killed in between, it leaves artefacts that no event names, which <c>disk --collect</c> removes.</remarks>
public static class RunDeletion
{
    /// <summary>Deletes a run.</summary>
    /// <param name="store">Where it is, opened for writing.</param>
    /// <param name="force">Whether to delete a run that is not over, or whose log is damaged.</param>
    /// <param name="reason">Why, for the tombstone.</param>
    /// <param name="time">Clock of the tombstone.</param>
    /// <param name="by">The person or token that asks; null for this process's user.</param>
    /// <param name="shrinks">
    /// Whether the journal's file gives the room back to the disk, for which nobody can write it meanwhile; else it uses it again.
    /// </param>
    /// <exception cref="InvalidOperationException">The directory was opened for reading.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunDeletedException">It was deleted before.</exception>
    /// <exception cref="RunKeptException">
    /// A fork needs it, or it is not over or damaged and <paramref name="force"/> is not set.
    /// </exception>
    /// <exception cref="DataDirectoryUnusableException">The journal cannot be written; nothing was deleted.</exception>
    public static DeletionResult Delete(
        Store store, RunId run, bool force, string reason, TimeProvider time, string? by = null, bool shrinks = true)
    {
        store.ThrowUnlessWriter();
        var (journal, reader) = (store.Journal, new RunReader(store));
        if (!reader.Has(run))
            throw new DeletedRuns(journal).Find(run) is { } deleted
                ? new RunDeletedException(deleted)
                : new RunNotFoundException(run.Value, store.Place, IsShort(reader, run)
                    ? "deleting takes a whole id, neither the beginning of one nor latest"
                    : null);
        ThrowIfNeeded(journal, reader, run);
        var facts = Facts(journal, reader, run, force, reason);
        using var removal = store.Artefacts.BeginRemoval();
        var (surplus, kept) = Artefacts(journal, reader, run);
        Remove(store, reader, run, facts, time, by ?? Environment.UserName, shrinks);
        var (artefacts, bytes) = (0, 0L);
        foreach (var hash in surplus)
        {
            if (store.Artefacts.TrySize(hash) is not { } size) continue; // retention was here before
            if (removal.TryRemove(hash)) (artefacts, bytes) = (artefacts + 1, bytes + size);
            else kept++;
        }
        return new DeletionResult(run.Value, facts.KnownHead(), artefacts, bytes, kept);
    }

    static bool IsShort(RunReader reader, RunId run) => reader.Runs() is { Count: > 0 } runs
        && (run.Value == "latest" || runs.Any(one => one.Value.StartsWith(run.Value, StringComparison.Ordinal)));

    static void ThrowIfNeeded(JournalReader journal, RunReader reader, RunId run)
    {
        if (Lineage.ForksOf(journal, run).Select(fork => fork.Fork).ToArray() is { Length: > 0 } forks)
            throw new RunKeptException(run, $"it is the past of its forks {string.Join(", ", forks)}; delete these first");
        if (StartingFrom(reader, run) is { Length: > 0 } starting)
            throw new RunKeptException(run, $"{string.Join(", ", starting)}, which has no copy of it yet, begins with its policy; "
                + "let it go on, or delete it first");
    }

    /// <summary>Runs whose policy is to be this one's, and which have not come to their first stage, which copies it.</summary>
    static RunId[] StartingFrom(RunReader reader, RunId run)
    {
        bool StartsFromIt(RunId other)
        {
            try
            {
                return reader.Unfinished(other) is not null && reader.Read(other) is var record
                    && record.State.Stage(StageNames.World) is null && record.Recipe.Policy.OfRun?.Run == run.Value;
            }
            catch (Exception damaged) when (RunDamage.Is(damaged)) { return false; }
        }
        return [.. reader.Runs().Where(other => other != run && StartsFromIt(other))];
    }

    static RunDeleted Facts(JournalReader journal, RunReader reader, RunId run, bool force, string reason)
    {
        try
        {
            var record = reader.Read(run);
            return record.State.IsTerminal || force
                ? new RunDeleted(run.Value, record.Head, record.Trajectory, reason)
                : throw new RunKeptException(run, $"it is {record.State.Status.ToString().ToLowerInvariant()} at step "
                    + $"{record.State.Step} of {record.Recipe.Rl.Steps} and can go on; --force deletes it all the same");
        }
        catch (Exception damaged) when (RunDamage.Is(damaged))
        {
            return force
                ? new RunDeleted(run.Value, new StreamHead(journal.LastSequence(run.TrainingStream), default), default, reason)
                : throw new RunKeptException(run, $"it cannot be read ({damaged.Message}); "
                    + "--force deletes it all the same, and leaves its artefacts to 'disk --collect'");
        }
    }

    /// <summary>
    /// What the run alone names, and how many artefacts stay. Where a log is damaged,
    /// nobody knows whose they are: then all stay, for <c>disk</c> to judge.
    /// </summary>
    static (IReadOnlyCollection<ContentHash> Surplus, int Kept) Artefacts(JournalReader journal, RunReader reader, RunId run)
    {
        try
        {
            var named = ArtefactLedger.Of(journal.Read(run.TrainingStream).Concat(journal.Read(run.EvaluationStream)))
                .Named.Keys.ToHashSet();
            var all = named.Count;
            foreach (var other in reader.Runs().Where(other => other != run))
                named.ExceptWith(ArtefactLedger.Of(reader.Read(other)).Required);
            return (named, all - named.Count);
        }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return ([], 0); }
    }

    static void Remove(Store store, RunReader reader, RunId run, RunDeleted facts, TimeProvider time, string by, bool shrinks)
    {
        var journal = store.Journal;
        using var transaction = store.Begin(time);
        transaction.HoldLineage();
        ThrowIfNeeded(journal, reader, run);          // by a run that was asked for since
        var last = journal.Head(DeletedRuns.Stream);
        var epoch = (journal.Last(DeletedRuns.Stream)?.Envelope.WriterEpoch ?? 0) + 1;
        transaction.Delete(run.TrainingStream);
        transaction.Delete(run.EvaluationStream);
        transaction.Append(DeletedRuns.Stream, last, facts, epoch, by);
        transaction.Commit();
        if (shrinks) transaction.Shrink();
    }
}
