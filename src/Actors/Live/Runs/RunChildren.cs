using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>The actors that do a run's work.</summary>
/// <param name="Policy">Owns policy and critic.</param>
/// <param name="Reference">Owns the reference.</param>
/// <param name="Rewards">Owns the reward models.</param>
/// <param name="Rollout">Owns the sampler.</param>
/// <param name="Evaluations">Owns the evaluation stream.</param>
public sealed record RunChildren(IActorRef Policy, IActorRef Reference, IActorRef Rewards, IActorRef Rollout, IActorRef Evaluations) : IWorkers, IHeldoutEvaluations
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IActorRef> All => [Policy, Reference, Rewards, Rollout, Evaluations];

    /// <inheritdoc/>
    public Task<TReply> DoAsync<TReply>(IWork<TReply> work, CancellationToken ct) => OwnerOf(work).AskAsync<TReply>(work, ct);

    /// <inheritdoc/>
    public async Task<HeldoutEvaluated?> FindAsync(int step, CancellationToken ct) =>
        (await Evaluations.AskAsync<HeldoutFound>(new FindHeldout(step), ct).ConfigureAwait(false)).Evaluated;

    /// <inheritdoc/>
    public Task<HeldoutEvaluated> RecordAsync(HeldoutRollout rollout, CancellationToken ct) => Evaluations.AskAsync<HeldoutEvaluated>(rollout, ct);

    IActorRef OwnerOf(object work) => work switch
    {
        Generate => Rollout,
        MeasureReference => Reference,
        TrainRewardModel or ScoreCompletions => Rewards,
        BeginSft or LearnDemonstrations or SaveSft or BeginPpo or Measure or UpdatePolicy or SkipStep or SavePolicy => Policy,
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "a piece of work"),
    };
}
