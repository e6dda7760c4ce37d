using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A loaded model and one lane of memory for each thread: what the decoder and the scorer have in common.</summary>
/// <remarks>
/// A call is as many jobs as there are threads; each takes sequences
/// from the work until none is left, so a slow thread takes fewer.
/// </remarks>
sealed class CpuEngine(ComputeWorkers workers) : IDisposable
{
    /// <summary>Bounds of the live sequences of a lane: fewer would leave rows of the products' tiles empty, more win nothing.</summary>
    const int FewestLive = 8, MostLive = 32;

    /// <summary>
    /// Most weights, 1 and 8 MiB of them, that stay in a second-level cache, and that are not far away in a third-level one.
    /// </summary>
    const int Small = 1 << 18, Medium = 1 << 21;

    CpuTrunk? _trunk;
    int _weights;                                     // of the matrices that every step reads whole
    TrunkLane[] _lanes = [];
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
            var trunk = new CpuTrunk(weights.Config, weights.Head);
            _trunk = trunk;
            _lanes = [.. Enumerable.Range(0, workers.Threads).Select(_ => new TrunkLane(trunk))];
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
        var failures = workers.Map(_lanes.Length, lane => _lanes[lane].Run(work, live));
        if (failures.Aggregate(NonFiniteLogitsException.Earlier) is { } first) throw first;
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
    /// </remarks>
    int Live(int count) => _weights switch
    {
        <= Small => FewestLive,
        <= Medium => Math.Clamp(count / (2 * _lanes.Length), FewestLive, MostLive / 2),
        _ => Math.Clamp((count + _lanes.Length - 1) / _lanes.Length, FewestLive, MostLive),
    };

    void Release()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _trunk?.Dispose();
        (_lanes, _trunk) = ([], null);
    }
}
