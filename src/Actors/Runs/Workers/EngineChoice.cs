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
    /// <summary>The engine that trains.</summary>
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    public static IEngine Of(ComputeDevice device) => device switch
    {
        ComputeDevice.Cpu => TorchEngine.Cpu,
        ComputeDevice.Auto => TorchEngine.Auto,
        ComputeDevice.Cuda => TorchEngine.Cuda,
        _ => throw new ArgumentOutOfRangeException(nameof(device), device, "a device"),
    };

    /// <summary>The engine that samples.</summary>
    /// <exception cref="DeviceMissingException">CUDA was asked for and this libtorch sees none.</exception>
    public static ISampler Sampler(ComputeRecipe recipe, ComputeWorkers workers) => recipe.Sampler switch
    {
        SamplerEngine.Cpu => new CpuDecoder(workers),
        SamplerEngine.Torch => Of(recipe.Device).Sampler(workers),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.Sampler, "a sampler"),
    };
}
