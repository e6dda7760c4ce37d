using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>Losses and diagnostics of one minibatch, float64, over completion tokens only.</summary>
/// <param name="PolicyLoss">Clipped surrogate.</param>
/// <param name="ValueLoss">Clipped value loss, before its coefficient.</param>
/// <param name="ClipFraction">Share of tokens whose policy loss was clipped.</param>
/// <param name="ValueClipFraction">Share of tokens whose value loss was clipped.</param>
/// <param name="ApproxKl">Mean of <c>½(new − old)²</c>, nats.</param>
/// <param name="RatioMean">Mean of e^(new − old).</param>
/// <param name="MaxRatioError">Largest |ratio − 1|; in the first minibatch of a step it must be about 0.</param>
/// <param name="Entropy">Mean entropy of the token distributions, nats.</param>
/// <param name="PolicyGradientNorm">Before clipping.</param>
/// <param name="CriticGradientNorm">Before clipping.</param>
public sealed record PpoNumbers(
    double PolicyLoss, double ValueLoss, double ClipFraction, double ValueClipFraction, double ApproxKl,
    double RatioMean, double MaxRatioError, double Entropy, double PolicyGradientNorm, double CriticGradientNorm)
{
    /// <summary>Everything that follows from a minibatch's log-probs and values alone; the audit computes it again.</summary>
    /// <param name="episodes">The step's episodes.</param>
    /// <param name="sampleIndex">(b) which of them.</param>
    /// <param name="newLogProbs">(b)(T).</param>
    /// <param name="newValues">(b)(T).</param>
    /// <param name="options">PPO's constants.</param>
    /// <param name="entropy">Mean entropy, measured by the network.</param>
    /// <param name="policyNorm">The policy's gradient norm.</param>
    /// <param name="criticNorm">The critic's gradient norm.</param>
    public static PpoNumbers Of(IReadOnlyList<PpoEpisode> episodes, int[] sampleIndex, float[][] newLogProbs, float[][] newValues,
        PpoOptions options, double entropy, double policyNorm, double criticNorm)
    {
        var tokens = sampleIndex.Sum(i => episodes[i].OldLogProbs.Length);
        double policy = 0, value = 0, clipped = 0, valueClipped = 0, approxKl = 0, ratios = 0, worst = 0;
        for (var b = 0; b < sampleIndex.Length; b++)
        {
            var episode = episodes[sampleIndex[b]];
            var weight = LossWeights.PerToken(
                options.Aggregation, episode.OldLogProbs.Length, sampleIndex.Length, tokens, options.MaxLength);
            for (var t = 0; t < episode.OldLogProbs.Length; t++)
            {
                var policyLoss = PpoLoss.Policy(
                    newLogProbs[b][t], episode.OldLogProbs[t], episode.Advantages[t], options.Clip, options.DualClip);
                var valueLoss = PpoLoss.Value(newValues[b][t], episode.OldValues[t], episode.Returns[t], options.ValueClip);
                var difference = (double)newLogProbs[b][t] - episode.OldLogProbs[t];
                policy += weight * policyLoss.Loss;
                value += valueLoss.Loss / tokens;
                clipped += policyLoss.Clipped ? 1 : 0;
                valueClipped += valueLoss.Clipped ? 1 : 0;
                approxKl += 0.5 * difference * difference;
                var ratio = PortableMath.Exp(difference);
                ratios += ratio;
                worst = Math.Max(worst, Math.Abs(ratio - 1));
            }
        }
        return new PpoNumbers(policy, value, clipped / tokens, valueClipped / tokens,
            approxKl / tokens, ratios / tokens, worst, entropy, policyNorm, criticNorm);
    }
}
