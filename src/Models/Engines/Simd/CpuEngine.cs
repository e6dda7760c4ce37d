using ActorRlhf.Models.Compute;
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
    /// <summary>
    /// Bounds of the live sequences of a lane: fewer make poor use of each
    /// weight that is loaded, more only fill the cache with keys and values.
    /// </summary>
    const int FewestLive = 8, MostLive = 32;

    CpuTrunk? _trunk;
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
    }

    /// <summary>Runs all of the work's sequences.</summary>
    /// <exception cref="NonFiniteLogitsException">
    /// The work found logits that are not finite; of several failures the lowest request's.
    /// </exception>
    public void Run(ITrunkWork work)
    {
        // Half of a lane's fair share at a time, so that the rest goes to whichever lane is free first.
        var live = Math.Clamp(work.Count / (2 * _lanes.Length), FewestLive, MostLive);
        var failures = workers.Map(_lanes.Length, lane => _lanes[lane].Run(work, live));
        if (failures.Aggregate(NonFiniteLogitsException.Earlier) is { } first) throw first;
    }

    public void Dispose()
    {
        _disposed = true;
        Release();
    }

    void Release()
    {
        foreach (var lane in _lanes) lane.Dispose();
        _trunk?.Dispose();
        (_lanes, _trunk) = ([], null);
    }
}
