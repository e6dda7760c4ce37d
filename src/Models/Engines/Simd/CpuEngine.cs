using System.Collections.Concurrent;
using System.Diagnostics;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A loaded model and one lane of memory for each thread: what the decoder and the scorer have in common.</summary>
/// <remarks>
/// A call is as many jobs as there are threads; each takes sequences from the work until none is left, so a slow thread takes fewer. What
/// a thread still has when another finds nothing more to do, they share.
/// </remarks>
sealed class CpuEngine(ComputeWorkers workers) : IDisposable
{
    /// <summary>
    /// Bounds of the live sequences of a lane, unless the call has
    /// fewer: fewer would leave rows of the products' tiles empty, more win nothing.
    /// </summary>
    const int FewestLive = 8, MostLive = 32;

    /// <summary>
    /// Most weights, 1 and 8 MiB of them, that stay in a second-level cache, and that are not far away in a third-level one.
    /// </summary>
    const int Small = 1 << 18, Medium = 1 << 21;

    CpuTrunk? _trunk;
    int _weights;                                     // of the matrices that every step reads whole
    readonly ConcurrentBag<TrunkLane> _lanes = [];    // gives a thread the lane that it had last, which is in its cache
    bool _disposed;

    /// <summary>The loaded model.</summary>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    /// <exception cref="InvalidOperationException">No weights were loaded.</exception>
    public CpuTrunk Trunk
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _trunk ?? throw new InvalidOperationException("no weights were loaded; call Load first");
        }
    }

    /// <summary>Copies weights; memory is kept when the shape is the one loaded before.</summary>
    public void Load(ModelWeights weights)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_trunk?.Config != weights.Config || _trunk.Head != weights.Head)
        {
            Release();
            _trunk = new CpuTrunk(weights.Config, weights.Head);
            for (var thread = 0; thread < workers.Threads; thread++) _lanes.Add(new TrunkLane(_trunk));
        }
        _trunk.Load(weights);
        var isTableRead = weights.Head is HeadKind.LanguageModel && weights.Config.TieWordEmbeddings;
        _weights = weights.Data.Length - (isTableRead ? 0 : weights[ModelLayout.Embedding].Length);
    }

    /// <summary>Runs all of the work's sequences.</summary>
    /// <exception cref="NonFiniteLogitsException">
    /// The work found logits that are not finite; of several failures the lowest request's.
    /// </exception>
    public void Run(ITrunkWork work)
    {
        var live = Live(work.Count);
        var failures = new ConcurrentBag<NonFiniteLogitsException?>();
        workers.Run(workers.Threads, (_, jobs) => Work([], jobs));
        if (failures.Aggregate(NonFiniteLogitsException.Earlier) is { } first) throw first;

        void Work(TrunkSequence[] begun, JobGroup jobs)
        {
            if (!_lanes.TryTake(out var lane)) throw new UnreachableException("a call has no more jobs under way than threads");
            try { failures.Add(lane.Run(work, live, begun, jobs, rest => Work(rest, jobs))); }
            finally { _lanes.Add(lane); }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Release();
    }

    /// <summary>How many of so many sequences a lane has at a time.</summary>
    /// <remarks>
    /// A step loads all weights once, and each sequence's keys and values. As long as the weights stay in a cache, few sequences leave it
    /// to them, and what a lane has not taken goes to whichever is free first; weights that do not are shared by as many as there are.
    /// No lane has more than its part, rounded up to <see cref="TrunkLane.FewRows"/>, so that a small batch is spread.
    /// </remarks>
    int Live(int count)
    {
        var share = Lanes.RoundUp((count + workers.Threads - 1) / workers.Threads, TrunkLane.FewRows);
        return Math.Min(share, _weights switch
        {
            <= Small => FewestLive,
            <= Medium => Math.Clamp(share / 2, FewestLive, MostLive / 2),
            _ => MostLive,
        });
    }

    void Release()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _trunk?.Dispose();
        _lanes.Clear();
        _trunk = null;
    }
}
