using ActorRlhf.Actors.Recipes;
using TorchSharp;

namespace ActorRlhf.Actors;

/// <summary>Turns a recipe's device into libtorch's.</summary>
public static class ComputeDevices
{
    /// <exception cref="InvalidOperationException">CUDA was asked for and this libtorch sees none.</exception>
    public static torch.Device Choose(ComputeDevice wanted) => wanted switch
    {
        ComputeDevice.Cpu => torch.CPU,
        ComputeDevice.Auto => torch.cuda.is_available() ? torch.CUDA : torch.CPU,
        ComputeDevice.Cuda => torch.cuda.is_available() ? torch.CUDA
            : throw new InvalidOperationException($"compute.device is cuda, but libtorch {torch.__version__} here sees no CUDA device; use cpu or auto"),
        _ => throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "a device"),
    };
}
