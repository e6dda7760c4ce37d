namespace ActorRlhf.Actors.Recipes;

/// <summary>What computes networks under training.</summary>
public enum ComputeEngine
{
    /// <summary><c>auto</c>: <c>simd</c> on a CPU, <c>torch</c> on a GPU.</summary>
    Auto,
    /// <summary><c>simd</c>: our own kernels, on the CPU; the same bits on every machine.</summary>
    Simd,
    /// <summary><c>torch</c>: libtorch on <c>compute.device</c>.</summary>
    Torch,
}
