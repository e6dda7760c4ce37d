using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>The engines that a recipe asks for.</summary>
public static class EngineChoice
{
    /// <summary>Refuses at once what would fail when a run's workers are made.</summary>
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    /// <exception cref="LibraryMissingException">libtorch was asked for and is not there.</exception>
    public static void ThrowUnlessThere(ComputeRecipe recipe)
    {
        Of(recipe);
        if (recipe.Sampler is SamplerEngine.Torch) Torch(recipe.Device);
    }

    /// <summary>The engine that trains.</summary>
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    public static IEngine Of(ComputeRecipe recipe)
    {
        if (recipe.Engine is ComputeEngine.Torch) return Torch(recipe.Device);
        // libtorch is loaded only where a GPU may be meant: that takes a second and half of a small run's memory.
        if (recipe.Engine is ComputeEngine.Simd || recipe.Device is ComputeDevice.Cpu) return new SimdEngine();
        if (recipe.Device is ComputeDevice.Auto && !TorchEngine.IsThere) return new SimdEngine();
        var torch = Torch(recipe.Device);
        return torch.IsOnCpu ? new SimdEngine() : torch;
    }

    /// <summary>The engine that samples.</summary>
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    public static ISampler Sampler(ComputeRecipe recipe, ComputeWorkers workers) => recipe.Sampler switch
    {
        SamplerEngine.Cpu => new CpuDecoder(workers),
        SamplerEngine.Torch => Torch(recipe.Device).Sampler(workers),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Sampler, "a sampler"),
    };

    static TorchEngine Torch(ComputeDevice device) => device switch
    {
        ComputeDevice.Cpu => TorchEngine.Cpu,
        ComputeDevice.Auto => TorchEngine.Auto,
        ComputeDevice.Cuda => TorchEngine.Cuda,
        _ => throw new ArgumentOutOfRangeException(nameof(device), device, "a device"),
    };
}
