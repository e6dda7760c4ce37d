using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using TorchSharp;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>libtorch, on the CPU or a GPU.</summary>
public sealed class TorchEngine : IEngine
{
    readonly torch.Device _device;

    TorchEngine(torch.Device device) => _device = device;

    /// <summary>Whether the library can be loaded; without it there is no GPU either.</summary>
    public static bool IsThere => TorchLibrary.IsThere;

    /// <summary>On the CPU.</summary>
    /// <exception cref="LibraryMissingException">libtorch is not there.</exception>
    public static TorchEngine Cpu
    {
        get
        {
            TorchLibrary.ThrowIfMissing();
            return new(torch.CPU);
        }
    }

    /// <summary>On the GPU if libtorch sees one, else on the CPU.</summary>
    /// <exception cref="LibraryMissingException">libtorch is not there.</exception>
    public static TorchEngine Auto => SeesGpu() ? new(torch.CUDA) : Cpu;

    /// <summary>On the GPU.</summary>
    /// <exception cref="DeviceMissingException">This libtorch sees none.</exception>
    /// <exception cref="LibraryMissingException">libtorch is not there.</exception>
    public static TorchEngine Cuda => SeesGpu() ? new(torch.CUDA) : throw new DeviceMissingException("cuda", Library);

    /// <summary>Name and version of the library.</summary>
    public static string Library => $"libtorch {Version}";

    /// <summary>Version of the library.</summary>
    public static string Version => torch.__version__;

    /// <summary>Version of its binding.</summary>
    public static string Binding => typeof(torch).Assembly.GetName().Version!.ToString();

    /// <summary>Whether it computes on the CPU.</summary>
    public bool IsOnCpu => _device.type is DeviceType.CPU;

    /// <summary>Where it computes: <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device => _device.type.ToString().ToLowerInvariant();

    /// <summary>Loads the library and adds two numbers with it.</summary>
    /// <exception cref="InvalidOperationException">The sum is wrong.</exception>
    /// <exception cref="LibraryMissingException">libtorch is not there.</exception>
    public static void Try()
    {
        TorchLibrary.ThrowIfMissing();
        using var sum = torch.ones(2).sum();
        if (sum.item<float>() != 2) throw new InvalidOperationException("1 + 1 is not 2 there");
    }

    static bool SeesGpu()
    {
        TorchLibrary.ThrowIfMissing();
        return torch.cuda.is_available();
    }

    /// <inheritdoc/>
    INetwork IEngine.Network(LlamaConfig config, HeadKind head) => new TorchNetwork(config, head, _device);

    /// <inheritdoc/>
    public ISampler Sampler(ComputeWorkers workers) => new TorchSampler(workers, _device);
}
