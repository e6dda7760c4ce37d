using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>The actors that do a run's work.</summary>
/// <param name="Policy">Owns policy and critic.</param>
/// <param name="Reference">Owns the reference.</param>
/// <param name="Rewards">Owns the reward models.</param>
/// <param name="Rollout">Owns the sampler.</param>
public sealed record RunChildren(IActorRef Policy, IActorRef Reference, IActorRef Rewards, IActorRef Rollout) : IWorkers
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IActorRef> All => [Policy, Reference, Rewards, Rollout];

    /// <inheritdoc/>
    public Task<TReply> DoAsync<TReply>(IWork<TReply> work, CancellationToken ct) => OwnerOf(work).AskAsync<TReply>(work, ct);

    IActorRef OwnerOf(object work) => work switch
    {
        Generate => Rollout,
        MeasureReference => Reference,
        TrainRewardModel or ScoreCompletions => Rewards,
        BeginSft or LearnDemonstrations or SaveSft or BeginPpo or Measure or UpdatePolicy or SkipStep or SavePolicy => Policy,
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "a piece of work"),
    };
}
