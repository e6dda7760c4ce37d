namespace ActorRlhf.Actors.Recipes;

/// <summary>What the run computes on, section <c>compute</c>.</summary>
public sealed record ComputeRecipe
{
    /// <summary>Worker threads, 1 to 256. They change speed and never a result. Default 2.</summary>
    public int Threads { get; init; } = 2;
    /// <summary>
    /// Parts a minibatch is cut into, 1 to 256, which as many threads can compute at once.
    /// Gradients are added in their order, so they do change results. Default 8.
    /// </summary>
    public int Shards { get; init; } = 8;
    /// <summary>
    /// What computes networks under training. Default <c>auto</c>; runs that began before there was a choice have <c>torch</c>.
    /// </summary>
    public ComputeEngine Engine { get; init; } = ComputeEngine.Auto;
    /// <summary>Where libtorch's tensors live. Default <c>cpu</c>.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;
    /// <summary>Which engine generates completions. Default <c>cpu</c>.</summary>
    public SamplerEngine Sampler { get; init; } = SamplerEngine.Cpu;

    /// <summary>Whether stages are taken from other runs that made them from the same inputs. Default false.</summary>
    public bool ReuseStages { get; init; }

    /// <summary>Whether libtorch is asked for anything: to train, to sample, or whether there is a GPU.</summary>
    internal bool NeedsTorch => Engine is ComputeEngine.Torch || Sampler is SamplerEngine.Torch
        || Engine is ComputeEngine.Auto && Device is not ComputeDevice.Cpu;
}
