using System.Diagnostics;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the sampler and its snapshot of the policy. Every request brings the weights it is for.</summary>
/// <param name="recipe">Names the engine.</param>
/// <param name="threads">Where the work runs.</param>
/// <exception cref="DeviceMissingException">The recipe's device is not there.</exception>
public sealed class RolloutWorker(ComputeRecipe recipe, ComputeWorkers threads) : IDisposable
{
    readonly ISampler _sampler = EngineChoice.Sampler(recipe, threads);
    ModelWeights? _loaded;

    /// <summary>Samples completions.</summary>
    public Generated Do(Generate work)
    {
        var clock = Stopwatch.StartNew();
        if (!ReferenceEquals(_loaded, work.Policy)) _sampler.Load(work.Policy);
        _loaded = work.Policy;
        return new Generated(_sampler.Generate(work.Requests, work.Options), clock.Elapsed);
    }

    /// <inheritdoc/>
    public void Dispose() => _sampler.Dispose();
}
