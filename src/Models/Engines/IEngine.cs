using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Models.Engines;

/// <summary>Computes with a model's weights. What it is made of (a device, tensors, kernels) does not leave it.</summary>
public interface IEngine
{
    /// <summary>A network for training, which has no weights yet.</summary>
    internal INetwork Network(LlamaConfig config, HeadKind head);

    /// <summary>A sampler that has no weights yet.</summary>
    ISampler Sampler(ComputeWorkers workers);
}
