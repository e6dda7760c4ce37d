using System.Diagnostics;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using Akka.Actor;

namespace ActorRlhf.Actors.Rollouts;

/// <summary>
/// Owns the sampler and its snapshot of the policy. Supervised by its run, persists nothing: every request brings the weights it is
/// for, so a restart loses nothing.
/// </summary>
public class RolloutActor : ComputeActor
{
    readonly ISampler _sampler;
    ModelWeights? _loaded;

    /// <param name="recipe">Names the engine.</param>
    /// <param name="workers">Where the work runs.</param>
    public RolloutActor(Recipe recipe, ComputeWorkers workers)
    {
        _sampler = recipe.Compute.Sampler is SamplerEngine.Cpu ? new CpuDecoder(workers) : new TorchSampler(workers, ComputeDevices.Choose(recipe.Compute.Device));
        Receive<Generate>(OnGenerate);
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, ComputeWorkers workers) => Akka.Actor.Props.Create(() => new RolloutActor(recipe, workers)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop() => _sampler.Dispose();

    void OnGenerate(Generate message)
    {
        var clock = Stopwatch.StartNew();
        if (!ReferenceEquals(_loaded, message.Policy)) _sampler.Load(message.Policy);
        _loaded = message.Policy;
        Sender.Tell(new Generated(_sampler.Generate(message.Requests, message.Options), clock.Elapsed));
    }
}
