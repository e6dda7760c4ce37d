using System.Diagnostics;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the sampler and its snapshot of the policy. Every request names the weights it is for.</summary>
/// <param name="recipe">Names the engine.</param>
/// <param name="weights">Where they are taken.</param>
/// <param name="threads">Where the work runs.</param>
/// <exception cref="DeviceMissingException">The recipe's device is not there.</exception>
public sealed class RolloutWorker(ComputeRecipe recipe, WeightsExchange weights, ComputeWorkers threads) : IDisposable
{
    readonly ISampler _sampler = EngineChoice.Sampler(recipe, threads);
    ContentHash? _loaded;

    /// <summary>Samples completions.</summary>
    public Generated Do(Generate work)
    {
        var clock = Stopwatch.StartNew();
        if (_loaded != work.Policy) _sampler.Load(weights.Take(work.Policy, HeadKind.LanguageModel));
        _loaded = work.Policy;
        return new Generated(_sampler.Generate(work.Requests, work.Options), clock.Elapsed);
    }

    /// <inheritdoc/>
    public void Dispose() => _sampler.Dispose();
}
