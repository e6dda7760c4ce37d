using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Policy;

/// <summary>What is logged of an update.</summary>
static class PolicyEvents
{
    public static PolicyUpdated Updated(int step, Updated updated, ContentHash artefact, ContentHash weights, float[][] samplerLogProbs, Measured old, EpisodeAdvantages numbers) =>
        new(step, updated.LearningRate, [.. updated.Update.Minibatches.Select(Minibatch)], weights, ContentHash.Parse(updated.CriticHash), artefact,
            samplerLogProbs.Zip(old.LogProbs, (sampler, trainer) => sampler.Zip(trainer, (a, b) => Math.Abs((double)a - b)).Max()).Max(),
            numbers.RewardMean, numbers.NonScoreRewardMean, numbers.ReturnMean, old.Values.SelectMany(row => row).Average(value => (double)value));

    public static MinibatchUpdated Minibatch(PpoMinibatch minibatch)
    {
        var n = minibatch.Numbers;
        return new MinibatchUpdated(minibatch.Epoch, minibatch.Minibatch, n.PolicyLoss, n.ValueLoss, n.ClipFraction, n.ValueClipFraction,
            n.ApproxKl, n.RatioMean, n.MaxRatioError, n.Entropy, n.PolicyGradientNorm, n.CriticGradientNorm);
    }
}
