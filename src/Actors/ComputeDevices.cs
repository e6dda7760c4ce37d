using ActorRlhf.Actors.Recipes;
using TorchSharp;

namespace ActorRlhf.Actors;

/// <summary>Turns a recipe's device into libtorch's.</summary>
public static class ComputeDevices
{
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    public static torch.Device Choose(ComputeDevice wanted) => wanted switch
    {
        ComputeDevice.Cpu => torch.CPU,
        ComputeDevice.Auto => torch.cuda.is_available() ? torch.CUDA : torch.CPU,
        ComputeDevice.Cuda => torch.cuda.is_available() ? torch.CUDA
            : throw new DeviceMissingException("cuda", $"libtorch {torch.__version__}"),
        _ => throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "a device"),
    };
}
