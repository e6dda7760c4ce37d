namespace ActorRlhf.Actors.Recipes;

/// <summary>Which engine generates completions.</summary>
public enum SamplerEngine
{
    /// <summary><c>cpu</c>: the managed SIMD decoder.</summary>
    Cpu,
    /// <summary><c>torch</c>: libtorch on <c>compute.device</c>.</summary>
    Torch,
}
