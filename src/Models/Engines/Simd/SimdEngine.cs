using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Kernels of our own for the CPU: one set for sampling, scoring and training.</summary>
public sealed class SimdEngine : IEngine
{
    /// <inheritdoc/>
    INetwork IEngine.Network(LlamaConfig config, HeadKind head) => new SimdNetwork(config, head);

    /// <inheritdoc/>
    public ISampler Sampler(ComputeWorkers workers) => new CpuDecoder(workers);
}
