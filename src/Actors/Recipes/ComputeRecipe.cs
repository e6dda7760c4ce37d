namespace ActorRlhf.Actors.Recipes;

/// <summary>What the run computes on, section <c>compute</c>.</summary>
public sealed record ComputeRecipe
{
    /// <summary>Worker threads, 1 to 256. They change speed and never a result. Default 2.</summary>
    public int Threads { get; init; } = 2;
    /// <summary>
    /// Parts a minibatch is cut into, 1 to 256, at most the episodes of a minibatch.
    /// Gradients are added in their order, so they do change results. Default 2.
    /// </summary>
    public int Shards { get; init; } = 2;
    /// <summary>Where tensors live. Default <c>cpu</c>.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;
    /// <summary>Which engine generates completions. Default <c>cpu</c>.</summary>
    public SamplerEngine Sampler { get; init; } = SamplerEngine.Cpu;
}
