using System.Collections.Concurrent;
using ActorRlhf.Models.Compute;
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
    /// <summary>Half a tile of rows: a product takes as long for fewer, so that they are not worth another lane.</summary>
    public const int FewRows = PanelProduct.RowUnit / 2;

    /// <summary>So many positions before its end, a sequence is not worth handing over.</summary>
    const int AlmostDone = 10;

    readonly TrunkBatch _batch = trunk.NewBatch();

    /// <summary>
    /// Of this lane's sequences, wherever they end: otherwise a lane that always
    /// gives would need new ones in each call, and one that always takes would hoard them.
    /// </summary>
    readonly ConcurrentStack<KeyValueCache> _caches = [];
    readonly List<TrunkSequence> _live = [];

    /// <summary>Works until there is nothing left to take.</summary>
    /// <param name="work">Where sequences come from.</param>
    /// <param name="mostLive">Most sequences at a time.</param>
    /// <param name="begun">Sequences that another lane began.</param>
    /// <param name="jobs">The call's.</param>
    /// <param name="goOn">The job of another lane that goes on with some of this one's sequences.</param>
    /// <returns>The failure of the lowest request, then position, among the outputs computed here; null when none failed.</returns>
    public NonFiniteLogitsException? Run(
        ITrunkWork work, int mostLive, TrunkSequence[] begun, JobGroup jobs, Action<TrunkSequence[]> goOn)
    {
        NonFiniteLogitsException? first = null;
        _live.AddRange(begun);
        try
        {
            while (Fill(work, mostLive))
            {
                trunk.Forward(_batch);
                first = NonFiniteLogitsException.Earlier(first, work.Receive(_batch));
                _live.RemoveAll(LetGoIfComplete);
                if (_live.Count > FewRows && work.IsTaken && jobs.IsThreadFree) Share(jobs, goOn);
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

    /// <summary>Gives half of what is far from its end to a lane without work.</summary>
    void Share(JobGroup jobs, Action<TrunkSequence[]> goOn)
    {
        var far = _live.FindAll(sequence => sequence.MostPositions - sequence.Fed > AlmostDone);
        if (far.Count <= FewRows) return;
        TrunkSequence[] half = [.. far.Take(far.Count / 2)];
        if (jobs.TryAdd(() => goOn(half))) _live.RemoveAll(half.Contains);
    }

    /// <summary>Puts together the next batch; false when there is nothing to do.</summary>
    bool Fill(ITrunkWork work, int mostLive)
    {
        _batch.Clear();
        foreach (var sequence in _live) _batch.Feed(sequence);
        while (!_batch.IsFull && _live.Count < mostLive && work.Take() is { } sequence)
        {
            sequence.Cache = _caches.TryPop(out var cache) ? cache : new KeyValueCache(trunk.Config);
            sequence.Home = _caches;
            sequence.Cache.Reserve(sequence.MostPositions);
            _live.Add(sequence);
            _batch.Feed(sequence);
        }
        return _batch.RowCount > 0;
    }

    static bool LetGoIfComplete(TrunkSequence sequence)
    {
        if (sequence.Fed < sequence.Tokens.Count) return false;
        LetGo(sequence);
        return true;
    }

    static void LetGo(TrunkSequence sequence)
    {
        sequence.Home!.Push(sequence.Cache!);
        sequence.Cache = null;
    }
}
