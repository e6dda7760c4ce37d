namespace ActorRlhf.Actors.Recipes;

/// <summary>How per-token losses become one number.</summary>
public enum LossAggregation
{
    /// <summary><c>token-mean</c>: mean over all tokens that count.</summary>
    TokenMean,
    /// <summary><c>seq-mean-token-mean</c>: mean over sequences of the mean over a sequence's tokens.</summary>
    SeqMeanTokenMean,
    /// <summary><c>seq-mean-token-sum</c>: mean over sequences of the sum over a sequence's tokens.</summary>
    SeqMeanTokenSum,
    /// <summary><c>dr-grpo</c>: mean over sequences of the sum divided by the longest possible length (Liu et al. 2025, arXiv 2503.20783).</summary>
    DrGrpo,
}
