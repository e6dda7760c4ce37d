namespace ActorRlhf.Evaluation.Statistics.RewardModels;

/// <summary>How good a reward model can look on comparisons some of whose labels were flipped at random.</summary>
public static class LabelNoise
{
    /// <summary>The highest accuracy any model can expect, 1 − η.</summary>
    /// <param name="flipped">Share of labels flipped, η in [0, ½].</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside.</exception>
    public static double AccuracyCeiling(double flipped) => 1 - Checked(flipped);

    /// <summary>The lowest Brier score any model can expect, η(1 − η): .1875 at 25%.</summary>
    /// <param name="flipped">Share of labels flipped, η in [0, ½].</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside.</exception>
    public static double BrierFloor(double flipped) => Checked(flipped) * (1 - flipped);

    static double Checked(double flipped) => flipped is >= 0 and <= .5
        ? flipped
        : throw new ArgumentOutOfRangeException(nameof(flipped), flipped, "A share of flipped labels is from 0 to ½: above, the rest is.");
}
