using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// One thread's share of a call: takes sequences while it has room, runs them through
/// the trunk in common batches, and lets go of each as soon as it is complete.
/// </summary>
/// <remarks>
/// Sequences join and leave between any two batches, so no time goes into padding or into finished rows (the schedule of Yu et al. 2022,
/// <i>Orca</i>). Which lane takes which sequence depends on timing; the results do not.
/// </remarks>
sealed class TrunkLane(CpuTrunk trunk) : IDisposable
{
    readonly TrunkBatch _batch = trunk.NewBatch();
    readonly Stack<KeyValueCache> _caches = new();
    readonly List<TrunkSequence> _live = [];

    /// <summary>Works until there is nothing left to take.</summary>
    /// <param name="work">Where sequences come from.</param>
    /// <param name="mostLive">Most sequences at a time.</param>
    /// <returns>The failure of the lowest request, then position, among those taken here; null when none failed.</returns>
    public NonFiniteLogitsException? Run(ITrunkWork work, int mostLive)
    {
        NonFiniteLogitsException? first = null;
        try
        {
            while (Fill(work, mostLive))
            {
                trunk.Forward(_batch);
                first = NonFiniteLogitsException.Earlier(first, work.Receive(_batch));
                _live.RemoveAll(LetGoIfComplete);
            }
            return first;
        }
        finally
        {
            foreach (var sequence in _live) LetGo(sequence);
            _live.Clear();
        }
    }

    public void Dispose()
    {
        _batch.Dispose();
        foreach (var cache in _caches) cache.Dispose();
        _caches.Clear();
    }

    /// <summary>Puts together the next batch; false when there is nothing to do.</summary>
    bool Fill(ITrunkWork work, int mostLive)
    {
        _batch.Clear();
        foreach (var sequence in _live) _batch.Feed(sequence);
        while (!_batch.IsFull && _live.Count < mostLive && work.Take() is { } sequence)
        {
            sequence.Cache = _caches.TryPop(out var cache) ? cache : new KeyValueCache(trunk.Config);
            sequence.Cache.Reserve(sequence.MostPositions);
            _live.Add(sequence);
            _batch.Feed(sequence);
        }
        return _batch.RowCount > 0;
    }

    bool LetGoIfComplete(TrunkSequence sequence)
    {
        if (sequence.Fed < sequence.Tokens.Count) return false;
        LetGo(sequence);
        return true;
    }

    void LetGo(TrunkSequence sequence)
    {
        _caches.Push(sequence.Cache!);
        sequence.Cache = null;
    }
}
