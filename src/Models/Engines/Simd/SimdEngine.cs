using System.Collections.Concurrent;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Kernels of our own for the CPU: one set for sampling, scoring and training.</summary>
public sealed class SimdEngine : IEngine
{
    // Networks of one shape, such as a policy and its critic, share the memory for what lies between their layers: as much as threads use.
    readonly ConcurrentDictionary<LlamaConfig, ConcurrentBag<TrainedTrunk>> _passes = [];

    /// <inheritdoc/>
    INetwork IEngine.Network(LlamaConfig config, HeadKind head) => new SimdNetwork(config, head, _passes.GetOrAdd(config, _ => []));

    /// <inheritdoc/>
    public ISampler Sampler(ComputeWorkers workers) => new CpuDecoder(workers);
}
