using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>What is logged of an update.</summary>
static class PolicyEvents
{
    /// <param name="minibatches">What was done, in order.</param>
    /// <param name="weights">SHA-256 of the policy afterwards.</param>
    /// <param name="critic">SHA-256 of the critic afterwards.</param>
    /// <param name="artefact">The per-token numbers.</param>
    /// <param name="samplerLogProbs">(B)(T) nats.</param>
    /// <param name="old">What policy and critic said before the update.</param>
    /// <param name="numbers">Rewards, advantages and returns.</param>
    public static PolicyUpdated Updated(
        int step, double learningRate, IReadOnlyList<PpoMinibatch> minibatches, ContentHash weights, ContentHash critic,
        ContentHash artefact, IReadOnlyList<float[]> samplerLogProbs, Measured old, EpisodeAdvantages numbers) =>
        new(step, learningRate, [.. minibatches.Select(Minibatch)], weights, critic, artefact,
            samplerLogProbs.Zip(old.LogProbs, (sampler, trainer) => sampler.Zip(trainer, (a, b) => Math.Abs((double)a - b)).Max()).Max(),
            numbers.RewardMean, numbers.NonScoreRewardMean, numbers.ReturnMean,
            old.Values.SelectMany(row => row).Average(value => (double)value));

    public static MinibatchUpdated Minibatch(PpoMinibatch minibatch)
    {
        var n = minibatch.Numbers;
        return new MinibatchUpdated(minibatch.Epoch, minibatch.Minibatch, n.PolicyLoss, n.ValueLoss, n.ClipFraction, n.ValueClipFraction,
            n.ApproxKl, n.RatioMean, n.MaxRatioError, n.Entropy, n.PolicyGradientNorm, n.CriticGradientNorm);
    }
}
