using ActorRlhf.Actors.Runs;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Policy;

/// <summary>Fine-tune a policy on demonstrations; the reply is <see cref="SftTrained"/>.</summary>
/// <param name="From">What to go on from; not changed.</param>
/// <param name="Until">Steps that are to be behind it.</param>
/// <param name="Demonstrations">The batch of a step, from 0; a pure function.</param>
public sealed record TrainSft(SftState From, int Until, Func<int, IReadOnlyList<TokenSequence>> Demonstrations);

/// <summary>The policy was fine-tuned.</summary>
/// <param name="State">How far it has come.</param>
public sealed record SftTrained(SftState State);

/// <summary>Take this state and train from it; the reply is <see cref="PpoBegun"/>.</summary>
/// <param name="State">Weights and optimisers after a number of steps.</param>
public sealed record BeginPpo(PolicyState State);

/// <summary>The policy is ready for step <paramref name="Step"/> + 1.</summary>
/// <param name="Step">Steps behind the state.</param>
public sealed record PpoBegun(int Step);

/// <summary>Measure completions under the present weights; the reply is <see cref="Measured"/>.</summary>
/// <param name="Step">The step they belong to.</param>
/// <param name="Sequences">Prompts and completions.</param>
public sealed record Measure(int Step, IReadOnlyList<TokenSequence> Sequences);

/// <summary>What the policy and the critic say of completions.</summary>
/// <param name="LogProbs">(B)(T) nats.</param>
/// <param name="Values">(B)(T).</param>
public sealed record Measured(float[][] LogProbs, float[][] Values);

/// <summary>Update policy and critic; the reply is <see cref="Updated"/>.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Episodes">The step's episodes.</param>
/// <param name="Logic">Version of the training logic that the run began with, and keeps.</param>
public sealed record UpdatePolicy(int Step, IReadOnlyList<PpoEpisode> Episodes, int Logic = RunFacts.LogicVersion);

/// <summary>What the update did.</summary>
/// <param name="Update">Minibatch by minibatch.</param>
/// <param name="LearningRate">The rate that was used.</param>
/// <param name="Policy">A copy of the policy after the step.</param>
/// <param name="PolicyHash">SHA-256 of its file, lower-case hexadecimal digits.</param>
/// <param name="CriticHash">The same of the critic.</param>
public sealed record Updated(PpoUpdate Update, double LearningRate, ModelWeights Policy, string PolicyHash, string CriticHash);

/// <summary>The step is left out: count it and change nothing; the reply is <see cref="PpoBegun"/>.</summary>
/// <param name="Step">From 1.</param>
public sealed record SkipStep(int Step);

/// <summary>Hand out the state; the reply is <see cref="PolicyState"/>.</summary>
/// <param name="Step">Steps that must be behind it.</param>
public sealed record SavePolicy(int Step);

/// <summary>The policy's state is not the one that a message needs, because the actor was restarted: it must begin again from a checkpoint.</summary>
/// <param name="expected">Steps that should be behind it.</param>
/// <param name="found">Steps behind it; null if it has none.</param>
public sealed class PolicyStateLostException(int expected, int? found)
    : Exception($"the policy is {(found is { } step ? $"after step {step}" : "empty")}; expected it after step {expected}");
