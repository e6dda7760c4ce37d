using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Sample completions.</summary>
/// <param name="Policy">The weights to sample from; whoever sends them does not change them any more.</param>
/// <param name="Requests">Prompts and random counters.</param>
/// <param name="Options">How tokens are chosen.</param>
public sealed record Generate(ModelWeights Policy, IReadOnlyList<SampleRequest> Requests, SamplingOptions Options) : IWork<Generated>;

/// <summary>Sampled completions.</summary>
/// <param name="Completions">In the order of the requests.</param>
/// <param name="Duration">Time the sampler took.</param>
public sealed record Generated(IReadOnlyList<Completion> Completions, TimeSpan Duration);
