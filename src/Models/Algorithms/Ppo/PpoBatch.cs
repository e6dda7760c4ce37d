using ActorRlhf.Models.Data;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>One episode as the update sees it: (T) per completion token, float32.</summary>
/// <param name="Sequence">Prompt and completion.</param>
/// <param name="OldLogProbs">Log-probs under the policy the step began with, nats.</param>
/// <param name="OldValues">Values of the critic the step began with.</param>
/// <param name="Advantages">Whitened.</param>
/// <param name="Returns">Targets of the critic.</param>
public sealed record PpoEpisode(TokenSequence Sequence, float[] OldLogProbs, float[] OldValues, float[] Advantages, float[] Returns)
{
    /// <summary>The episodes of a step.</summary>
    /// <param name="sequences">(B) prompts and completions.</param>
    /// <param name="oldLogProbs">(B)(T) nats.</param>
    /// <param name="oldValues">(B)(T).</param>
    /// <param name="numbers">Advantages and returns, float64.</param>
    public static PpoEpisode[] Of(
        IEnumerable<TokenSequence> sequences, float[][] oldLogProbs, float[][] oldValues, EpisodeAdvantages numbers) =>
        [.. sequences.Select((sequence, i) => new PpoEpisode(sequence, oldLogProbs[i], oldValues[i],
            Array.ConvertAll(numbers.Advantages[i], advantage => (float)advantage),
            Array.ConvertAll(numbers.Returns[i], target => (float)target)))];
}

/// <summary>One minibatch of the update: what was read off the networks before its gradient step, and what follows from it.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Minibatch">Within the epoch, from 0.</param>
/// <param name="SampleIndex">(b) which episodes.</param>
/// <param name="NewLogProbs">(b)(T) nats.</param>
/// <param name="NewValues">(b)(T).</param>
/// <param name="Numbers">Losses and diagnostics.</param>
public sealed record PpoMinibatch(
    int Epoch, int Minibatch, int[] SampleIndex, float[][] NewLogProbs, float[][] NewValues, PpoNumbers Numbers);

/// <summary>What one step of PPO did.</summary>
/// <param name="Minibatches">In the order in which they ran.</param>
/// <param name="NonFinite">
/// The tensor that was not finite, in which case the step was not applied and the weights are those before it; otherwise null.
/// </param>
public sealed record PpoUpdate(IReadOnlyList<PpoMinibatch> Minibatches, string? NonFinite);
