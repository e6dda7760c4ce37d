using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run's <see cref="DiskUse"/>, added up event by event.</summary>
/// <param name="run">The run, whose own events count.</param>
sealed class DiskTally(RunRecord run)
{
    readonly Dictionary<ContentHash, long> _sizes = [];   // of what its name stands for, and so for ever
    int _events, _shared;
    long _bytes;

    /// <summary>Which artefacts the events name.</summary>
    public ArtefactLedger Ledger { get; } = new();

    /// <summary>Takes note of an event of the run's history.</summary>
    public void Add(ReadEvent read)
    {
        if (run.Owns(read)) (_events, _bytes) = (_events + 1, _bytes + read.Stored.Size);
        else _shared++;
        if (ArtefactLedger.Concerns(run, read)) Ledger.Add(read.Event, read.Sequence);
    }

    /// <summary>What the events come to.</summary>
    /// <param name="sizeOf">
    /// Size of an artefact; null if it is not there. Not asked again about one that was there: a run has some for each of its steps.
    /// </param>
    public DiskUse Use(Func<ContentHash, long?> sizeOf)
    {
        var sizes = Ledger.Required.Select(SizeOf).ToArray();
        return new DiskUse(_events, _shared, _bytes, sizes.Count(size => size is not null),
            sizes.Sum() ?? 0, Ledger.Removed.Count, sizes.Count(size => size is null));

        long? SizeOf(ContentHash hash)
        {
            if (_sizes.TryGetValue(hash, out var known)) return known;
            var size = sizeOf(hash);
            if (size is { } found) _sizes.Add(hash, found);
            return size;
        }
    }
}
