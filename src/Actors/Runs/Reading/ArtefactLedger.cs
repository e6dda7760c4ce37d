using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// Which artefacts a stream names, and which of them it says were removed; an artefact that is named again afterwards is there again.
/// </summary>
public sealed class ArtefactLedger
{
    readonly Dictionary<ContentHash, long> _named = [];
    readonly HashSet<ContentHash> _removed = [];

    /// <summary>Every artefact that an event names, with the sequence number of the first one.</summary>
    public IReadOnlyDictionary<ContentHash, long> Named => _named;

    /// <summary>Those that were removed since.</summary>
    public IReadOnlySet<ContentHash> Removed => _removed;

    /// <summary>Those that must be there.</summary>
    public IEnumerable<ContentHash> Required => _named.Keys.Where(hash => !_removed.Contains(hash));

    /// <summary>
    /// The ledger of a run's whole history, its past before a fork included; but not the checkpoints of that past, which are its parent's.
    /// </summary>
    public static ArtefactLedger Of(RunRecord run) => Of(run.Training().Concat(run.Evaluations()).Where(read => Concerns(run, read)));

    /// <summary>Whether an event of a run's history names what the run needs.</summary>
    public static bool Concerns(RunRecord run, ReadEvent read) =>
        run.Owns(read) || read.Event is not (CheckpointSaved or SftCheckpointed or ArtefactRemoved);

    /// <summary>The ledger of some events, which may be of several streams.</summary>
    public static ArtefactLedger Of(IEnumerable<ReadEvent> events)
    {
        var ledger = new ArtefactLedger();
        foreach (var read in events) ledger.Add(read.Event, read.Sequence);
        return ledger;
    }

    /// <summary>Takes note of an event.</summary>
    public void Add(IEvent fact, long sequence)
    {
        if (fact is ArtefactRemoved removed) _removed.Add(removed.Hash);
        foreach (var hash in NamedArtefacts.In(fact))
        {
            _named.TryAdd(hash, sequence);
            _removed.Remove(hash);
        }
    }
}
