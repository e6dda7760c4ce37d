using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Take this state and go on with SFT from it; whoever has it already takes nothing.</summary>
/// <param name="From">What to go on from.</param>
public sealed record BeginSft(SftState From) : IWork<SftProgress>;

/// <summary>Learn from demonstrations, one batch a step.</summary>
/// <param name="Step">Steps behind the state.</param>
/// <param name="Batches">The batches of the steps from there.</param>
public sealed record LearnDemonstrations(int Step, IReadOnlyList<IReadOnlyList<TokenSequence>> Batches) : IWork<SftProgress>;

/// <summary>How far SFT has come.</summary>
/// <param name="Step">Steps behind the state.</param>
public sealed record SftProgress(int Step);

/// <summary>Store the state of SFT and name it. SFT goes on from it, unless it has reached its last step.</summary>
/// <param name="Step">Steps that must be behind it.</param>
public sealed record SaveSft(int Step) : IWork<SftState>;

/// <summary>Take this state and train from it.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="Files">The files of a checkpoint, or those of a beginning.</param>
public sealed record BeginPpo(int Step, IReadOnlyList<NamedArtefact> Files) : IWork<PpoBegun>;

/// <summary>The policy is ready for step <paramref name="Step"/> + 1.</summary>
/// <param name="Step">Steps behind the state.</param>
public sealed record PpoBegun(int Step);

/// <summary>Measure completions under the present weights.</summary>
/// <param name="Step">The step they belong to.</param>
/// <param name="Sequences">Prompts and completions.</param>
public sealed record Measure(int Step, IReadOnlyList<TokenSequence> Sequences) : IWork<Measured>;

/// <summary>What the policy and the critic say of completions.</summary>
/// <param name="LogProbs">(B)(T) nats.</param>
/// <param name="Values">(B)(T).</param>
public sealed record Measured(float[][] LogProbs, float[][] Values);

/// <summary>Update policy and critic.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Episodes">The step's episodes.</param>
/// <param name="Logic">Version of the training logic that the run began with, and keeps.</param>
public sealed record UpdatePolicy(int Step, IReadOnlyList<PpoEpisode> Episodes, int Logic) : IWork<Updated>;

/// <summary>What the update did. The policy was offered to whoever takes it, and is stored only with a checkpoint.</summary>
/// <param name="Update">Minibatch by minibatch.</param>
/// <param name="LearningRate">The rate that was used.</param>
/// <param name="Policy">SHA-256 of the policy's file after the step.</param>
/// <param name="Critic">The same of the critic.</param>
public sealed record Updated(PpoUpdate Update, double LearningRate, ContentHash Policy, ContentHash Critic);

/// <summary>The step is left out: count it and change nothing.</summary>
/// <param name="Step">From 1.</param>
public sealed record SkipStep(int Step) : IWork<PpoBegun>;

/// <summary>Store the state and name its files.</summary>
/// <param name="Step">Steps that must be behind it.</param>
public sealed record SavePolicy(int Step) : IWork<PolicySaved>;

/// <summary>A state that is stored.</summary>
/// <param name="Files">A checkpoint's.</param>
public sealed record PolicySaved(IReadOnlyList<NamedArtefact> Files);

/// <summary>
/// The policy's state is not the one that a message needs, because its owner was restarted: it must begin again from a checkpoint.
/// </summary>
/// <param name="expected">Steps that should be behind it.</param>
/// <param name="found">Steps behind it; null if it has none.</param>
public sealed class PolicyStateLostException(int expected, int? found)
    : Exception($"the policy is {(found is { } step ? $"after step {step}" : "empty")}; expected it after step {expected}");
