namespace ActorRlhf.Models.Numerics;

/// <summary>What is known of one episode before the update.</summary>
/// <param name="Score">The ensemble's aggregated score.</param>
/// <param name="EndedWithEos">Whether the completion ended with EOS.</param>
/// <param name="LogProbs">(T) the policy's log-probs, nats.</param>
/// <param name="RefLogProbs">(T) the reference's log-probs, nats.</param>
/// <param name="Values">(T) the critic before each token.</param>
public sealed record Episode(double Score, bool EndedWithEos, float[] LogProbs, float[] RefLogProbs, float[] Values);

/// <summary>Rewards, advantages and returns of a batch of episodes: (B)(T of the episode), float64, response tokens only.</summary>
/// <param name="Rewards">Per token: −β·KL, and the score at the last token.</param>
/// <param name="AdvantagesRaw">GAE before whitening.</param>
/// <param name="Advantages">Whitened over all tokens of the batch, unbiased variance.</param>
/// <param name="Returns"><c>AdvantagesRaw + values</c>.</param>
/// <param name="Scores">(B) the score as it entered: clipped, and changed by the missing-EOS rule.</param>
public sealed record EpisodeAdvantages(
    double[][] Rewards, double[][] AdvantagesRaw, double[][] Advantages, double[][] Returns, double[] Scores)
{
    /// <summary>Mean over the episodes of the sum of the token rewards.</summary>
    public double RewardMean => Rewards.Average(row => row.Sum());
    /// <summary>The same without the score.</summary>
    public double NonScoreRewardMean => RewardMean - Scores.Average();
    /// <summary>Mean return over the tokens.</summary>
    public double ReturnMean => Returns.SelectMany(row => row).Average();

    /// <summary>
    /// The one piece of arithmetic from scores and log-probs to advantages, used by training, audit and counterfactual alike.
    /// </summary>
    /// <remarks>
    /// Source: Ziegler et al. 2019, equation 2, with the penalty per token as in N+ (arXiv 2403.17031). The score is added at
    /// the last response token, which is EOS where there is one.
    /// </remarks>
    public static EpisodeAdvantages Compute(IReadOnlyList<Episode> episodes, RewardOptions options)
    {
        var scores = new double[episodes.Count];
        var rewards = new double[episodes.Count][];
        for (var i = 0; i < episodes.Count; i++)
        {
            scores[i] = ScoreInForce(episodes[i], options);
            rewards[i] = TokenRewards(episodes[i], scores[i], options);
        }
        if (options.WhitenRewards) rewards = Whitening.Apply(rewards, shiftMean: false);
        var raw = new double[episodes.Count][];
        var returns = new double[episodes.Count][];
        for (var i = 0; i < episodes.Count; i++)
        {
            raw[i] = Gae.Advantages(rewards[i], episodes[i].Values, options.Gamma, options.Lambda);
            returns[i] = [.. raw[i].Select((advantage, t) => advantage + episodes[i].Values[t])];
        }
        return new EpisodeAdvantages(rewards, raw, Whitening.Apply(raw), returns, scores);
    }

    static double ScoreInForce(Episode episode, RewardOptions options)
    {
        var score = options.RewardClip > 0 ? Math.Clamp(episode.Score, -options.RewardClip, options.RewardClip) : episode.Score;
        if (episode.EndedWithEos) return score;
        return options.MissingEos is MissingEosRule.Replace ? -options.MissingEosPenalty : score - options.MissingEosPenalty;
    }

    static double[] TokenRewards(Episode episode, double score, RewardOptions options)
    {
        var rewards = new double[episode.LogProbs.Length];
        for (var t = 0; t < rewards.Length; t++)
            rewards[t] = -options.KlCoefficient * Kl.Estimate(options.KlEstimator, episode.LogProbs[t], episode.RefLogProbs[t]);
        rewards[^1] += score;
        return rewards;
    }
}
