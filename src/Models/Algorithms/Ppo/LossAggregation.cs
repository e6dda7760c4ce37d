namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>How token losses become one number.</summary>
public enum LossAggregation
{
    /// <summary>Mean over all tokens of the minibatch.</summary>
    TokenMean,
    /// <summary>Mean over sequences of their mean.</summary>
    SeqMeanTokenMean,
    /// <summary>Mean over sequences of their sum.</summary>
    SeqMeanTokenSum,
    /// <summary>Mean over sequences of their sum divided by a constant length (Liu et al. 2025, arXiv 2503.20783).</summary>
    DrGrpo,
}

/// <summary>Token weights that make a weighted sum of token losses equal to an aggregation.</summary>
static class LossWeights
{
    /// <summary>The weight of every token of one sequence.</summary>
    /// <param name="aggregation">The rule.</param>
    /// <param name="length">Tokens of this sequence.</param>
    /// <param name="sequences">Sequences of the minibatch.</param>
    /// <param name="tokens">Tokens of the minibatch.</param>
    /// <param name="maxLength">The constant length of <see cref="LossAggregation.DrGrpo"/>.</param>
    public static double PerToken(LossAggregation aggregation, int length, int sequences, int tokens, int maxLength) => aggregation switch
    {
        LossAggregation.TokenMean => 1.0 / tokens,
        LossAggregation.SeqMeanTokenMean => 1.0 / ((double)sequences * length),
        LossAggregation.SeqMeanTokenSum => 1.0 / sequences,
        LossAggregation.DrGrpo => 1.0 / ((double)sequences * maxLength),
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "a loss aggregation"),
    };
}
