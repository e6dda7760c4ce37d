using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>
/// The gradient that each trainer hands to its optimiser against finite differences
/// of the same loss, written down again over the float64 reference model.
/// </summary>
public abstract class GradientTests(IEngine engine) : IDisposable
{
    const double Centering = 0.1, Clip = 0.2, ValueClip = 0.2, ValueCoefficient = 0.3, Temperature = 0.7;
    const float Grid = 4096;                          // weights are multiples of 1/4096, so that a step of that size is exact in float32
    /// <summary>float32 backward pass against float64, of 1 + |gradient|: measured up to 5e-6.</summary>
    const double Tolerance = 2e-5;

    // With β1 = 0 the first moment after one update is the gradient itself.
    static readonly AdamOptions s_gradientInMoment = new(Beta1: 0);
    static readonly TokenSequence[] s_sequences = Example.Sequences(5, Config(false));
    readonly ComputeWorkers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public void Sft_EveryKindOfParameter_MatchesFiniteDifferences(bool tied)
    {
        var weights = Weights(HeadKind.LanguageModel, tied);
        using var trainer = new SftTrainer(weights.Clone(), s_gradientInMoment, shards: 2, _workers, engine);

        var step = trainer.Step(s_sequences, 0, maxNorm: 0);

        double Loss(ModelWeights at) =>
            -s_sequences.Sum(sequence => LogProbs(at, sequence, 1).Sum()) / s_sequences.Sum(sequence => sequence.CompletionLength);
        Assert.Equal(Loss(weights), step.Loss, 1e-6);
        AssertGradient(weights, Loss, trainer.Learner, step.GradientNorm);
    }

    [Fact]
    public void RewardModel_EveryKindOfParameter_MatchesFiniteDifferences()
    {
        var weights = Weights(HeadKind.Scalar);
        Comparison[] comparisons = [new(s_sequences[0], s_sequences[1]),
            new(s_sequences[2], s_sequences[3]), new(s_sequences[4], s_sequences[0])];
        using var trainer = new RewardModelTrainer(weights.Clone(), s_gradientInMoment, Centering, shards: 2, _workers, engine);

        var step = trainer.Step(comparisons, 0, maxNorm: 0);

        double Loss(ModelWeights at)
        {
            double Score(TokenSequence sequence) => new ReferenceLlama(at).Outputs(sequence.TokenIds)[^1][0];
            return comparisons.Average(comparison =>
            {
                var (chosen, rejected) = (Score(comparison.Chosen), Score(comparison.Rejected));
                return Math.Log(1 + Math.Exp(rejected - chosen)) + Centering * (chosen + rejected) * (chosen + rejected);
            });
        }
        Assert.Equal(Loss(weights), step.Loss, 1e-6);
        AssertGradient(weights, Loss, trainer.Learner, step.GradientNorm);
    }

    [Theory]
    [InlineData(LossAggregation.TokenMean), InlineData(LossAggregation.SeqMeanTokenMean)]
    [InlineData(LossAggregation.SeqMeanTokenSum), InlineData(LossAggregation.DrGrpo)]
    public void PpoPolicy_EveryKindOfParameter_MatchesFiniteDifferences(LossAggregation aggregation)
    {
        var weights = Weights(HeadKind.LanguageModel);
        var episodes = Episodes(weights);
        using var trainer = new PpoTrainer(
            weights.Clone(), Weights(HeadKind.Scalar), s_gradientInMoment, shards: 2, _workers, engine);

        var numbers = Update(trainer, episodes, aggregation).Minibatches[0].Numbers;

        double Loss(ModelWeights at)
        {
            var perSequence = episodes.Select(episode => LogProbs(at, episode.Sequence, Temperature).Select((logProb, t) =>
            {
                var ratio = Math.Exp(logProb - episode.OldLogProbs[t]);
                return Math.Max(-episode.Advantages[t] * ratio, -episode.Advantages[t] * Math.Min(Math.Max(ratio, 1 - Clip), 1 + Clip));
            }).ToArray()).ToArray();
            return aggregation switch
            {
                LossAggregation.TokenMean => perSequence.Sum(losses => losses.Sum()) / perSequence.Sum(losses => losses.Length),
                LossAggregation.SeqMeanTokenMean => perSequence.Average(losses => losses.Average()),
                LossAggregation.SeqMeanTokenSum => perSequence.Average(losses => losses.Sum()),
                _ => perSequence.Average(losses => losses.Sum() / 20),
            };
        }
        Assert.InRange(numbers.ClipFraction, 0.2, 0.8); // both branches are there
        Assert.Equal(Loss(weights), numbers.PolicyLoss, 1e-5);
        AssertGradient(weights, Loss, trainer.Policy, numbers.PolicyGradientNorm);
    }

    [Fact]
    public void PpoCritic_EveryKindOfParameter_MatchesFiniteDifferences()
    {
        var (policy, weights) = (Weights(HeadKind.LanguageModel), Weights(HeadKind.Scalar));
        var episodes = Episodes(policy, weights);
        using var trainer = new PpoTrainer(policy, weights.Clone(), s_gradientInMoment, shards: 2, _workers, engine);

        var numbers = Update(trainer, episodes, LossAggregation.SeqMeanTokenMean).Minibatches[0].Numbers;

        double Loss(ModelWeights at) => episodes.Sum(episode => Values(at, episode.Sequence).Select((value, t) =>
        {
            var (old, target) = (episode.OldValues[t], episode.Returns[t]);
            var clipped = old + Math.Min(Math.Max(value - old, -ValueClip), ValueClip);
            return 0.5 * Math.Max((value - target) * (value - target), (clipped - target) * (clipped - target));
        }).Sum()) / episodes.Sum(episode => episode.OldValues.Length);
        Assert.InRange(numbers.ValueClipFraction, 0.2, 0.8);
        Assert.Equal(Loss(weights), numbers.ValueLoss, 1e-5);
        AssertGradient(weights, at => ValueCoefficient * Loss(at), trainer.Critic, numbers.CriticGradientNorm);
    }

    static PpoUpdate Update(PpoTrainer trainer, PpoEpisode[] episodes, LossAggregation aggregation) => trainer.Update(episodes, new()
    {
        Epochs = 1,
        Clip = Clip,
        ValueClip = ValueClip,
        ValueCoefficient = ValueCoefficient,
        MaxGradientNorm = 0,
        Aggregation = aggregation,
        MaxLength = 20,
        Temperature = Temperature,
    }, learningRate: 0, seed: 1, step: 1);

    /// <summary>Compares two elements of every tensor, and the norm of all of them.</summary>
    static void AssertGradient(ModelWeights weights, Func<ModelWeights, double> loss, Learner learner, double norm)
    {
        var gradient = learner.Optimizer.FirstMoment;
        Assert.Equal(Math.Sqrt(gradient.Sum(element => (double)element * element)), norm, 1e-9 * norm); // sums of float64 in another order
        Assert.True(norm > 0.01);
        foreach (var parameter in weights.Layout)
        {
            var random = Purpose.Bootstrap.Draws(9, 0, (uint)parameter.Offset);
            for (var i = 0; i < 2; i++)
            {
                var at = parameter.Offset + random.Integer(parameter.Length);
                var expected = Derivative(weights, at, loss);
                Assert.True(Math.Abs(expected - gradient[at]) < Tolerance * (1 + Math.Abs(expected)),
                    $"{parameter.Name}[{at - parameter.Offset}] has the gradient {gradient[at]}, finite differences give {expected}");
            }
        }
    }

    /// <summary>Four-point formula: its error is of the order of the step to the fourth power.</summary>
    static double Derivative(ModelWeights weights, int at, Func<ModelWeights, double> loss)
    {
        double Moved(int steps)
        {
            var moved = weights.Clone();
            moved.Data[at] += steps / Grid;
            return loss(moved);
        }
        return (8 * (Moved(1) - Moved(-1)) - (Moved(2) - Moved(-2))) * Grid / 12;
    }

    static double[] LogProbs(ModelWeights weights, TokenSequence sequence, double temperature)
    {
        var logits = new ReferenceLlama(weights).Outputs(sequence.TokenIds);
        return [.. Enumerable.Range(sequence.PromptLength, sequence.CompletionLength)
            .Select(t => ReferenceLlama.LogProbs(logits[t - 1], temperature)[sequence.TokenIds[t]])];
    }

    static double[] Values(ModelWeights weights, TokenSequence sequence) =>
        [.. new ReferenceLlama(weights).Outputs(sequence.TokenIds)[(sequence.PromptLength - 1)..^1].Select(output => output[0])];

    /// <summary>Episodes whose old numbers are a step away from the present ones on either side, never near the edge of a clip.</summary>
    static PpoEpisode[] Episodes(ModelWeights policy, ModelWeights? critic = null) => [.. s_sequences.Select((sequence, i) =>
    {
        var random = Purpose.Bootstrap.Draws(4, 0, (uint)i);
        float Offset() => random.Pick([-.5f, -.1f, .1f, .5f]);
        var logProbs = LogProbs(policy, sequence, Temperature);
        var values = critic is null ? new double[logProbs.Length] : Values(critic, sequence);
        return new PpoEpisode(sequence,
            [.. logProbs.Select(logProb => (float)logProb + Offset())],
            [.. values.Select(value => (float)value + Offset())],
            [.. logProbs.Select(_ => random.Pick([-1.5f, -.5f, 1f, 2f]))],
            [.. values.Select(value => (float)value + random.Pick([-1.1f, -.7f, .3f, .9f]))]);
    })];

    static LlamaConfig Config(bool tied) => Some.Shape(hidden: 8, intermediate: 12, heads: 2, keyValueHeads: 1, vocabulary: 13, tied);

    static ModelWeights Weights(HeadKind head, bool tied = false)
    {
        var weights = Some.Weights(Config(tied), head);
        foreach (ref var element in weights.Data.AsSpan()) element = MathF.Round(element * Grid) / Grid;
        return weights;
    }
}

public sealed class TorchGradientTests() : GradientTests(TorchEngine.Cpu);

public sealed class SimdGradientTests() : GradientTests(new SimdEngine());
