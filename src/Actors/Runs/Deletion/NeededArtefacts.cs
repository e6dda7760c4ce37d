using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Deletion;

/// <summary>What the runs of a directory need where they stand. Their logs are read once, and then what was added to them.</summary>
/// <remarks>Any number of threads may use it; those who ask wait for each other.</remarks>
/// <param name="store">The directory's.</param>
sealed class NeededArtefacts(Store store)
{
    readonly RunReader _reader = new(store);
    readonly Dictionary<RunId, Known> _known = [];

    /// <summary>What all runs but one need.</summary>
    /// <exception cref="BrokenChainException">A log is damaged, so nobody knows what it needs.</exception>
    /// <exception cref="Log.Events.UnreadableEventException">The same.</exception>
    /// <exception cref="Log.Events.UnknownEventException">The same.</exception>
    /// <exception cref="RunDeletedException">A run was deleted meanwhile.</exception>
    public HashSet<ContentHash> ByOthersThan(RunId run)
    {
        lock (_known)
        {
            var needed = new HashSet<ContentHash>();
            foreach (var (stream, last) in store.Journal.LastSequences())
                if (RunId.TryOfTrainingStream(stream, out var other) && other != run) needed.UnionWith(By(other, last));
            return needed;
        }
    }

    ContentHash[] By(RunId run, long last)
    {
        if (_known.TryGetValue(run, out var known) && known.Last == last) return known.Needs;
        var read = known?.Growing?.TryReadOn() ?? _reader.Read(run);
        ContentHash[] needs = [.. read.State.Artefacts];
        _known[run] = new Known(read.Head.Sequence, needs, read.State.IsTerminal ? null : read);
        return needs;
    }

    /// <param name="Last">Sequence number of the last event that was read.</param>
    /// <param name="Needs">What it needs there.</param>
    /// <param name="Growing">The run, if it may go on.</param>
    sealed record Known(long Last, ContentHash[] Needs, RunRecord? Growing);
}
