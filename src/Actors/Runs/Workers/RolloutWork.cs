using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Sample completions.</summary>
/// <param name="Policy">SHA-256 of the weights to sample from.</param>
/// <param name="Requests">Prompts and random counters.</param>
/// <param name="Options">How tokens are chosen.</param>
public sealed record Generate(ContentHash Policy, IReadOnlyList<SampleRequest> Requests, SamplingOptions Options) : IWork<Generated>;

/// <summary>Sampled completions.</summary>
/// <param name="Completions">In the order of the requests.</param>
/// <param name="Duration">Time the sampler took.</param>
public sealed record Generated(IReadOnlyList<Completion> Completions, TimeSpan Duration);
