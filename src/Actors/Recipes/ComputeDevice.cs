namespace ActorRlhf.Actors.Recipes;

/// <summary>Where libtorch's tensors live.</summary>
public enum ComputeDevice
{
    /// <summary><c>cpu</c>: bit-exact with the same build, and with libtorch on the same type of CPU.</summary>
    Cpu,
    /// <summary><c>cuda</c>: the first NVIDIA GPU; an error where there is none.</summary>
    Cuda,
    /// <summary><c>auto</c>: the GPU where there is one, the CPU elsewhere.</summary>
    Auto,
}
