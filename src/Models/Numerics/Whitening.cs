namespace ActorRlhf.Models.Numerics;

/// <summary>Which denominator the variance has.</summary>
enum VarianceConvention
{
    /// <summary>n − 1: TRL, verl and ours.</summary>
    Unbiased,
    /// <summary>n: N+ and OpenRLHF.</summary>
    Biased,
}

/// <summary>Shifts and scales the tokens of a whole batch to mean 0 and variance 1, float64.</summary>
static class Whitening
{
    const double VarianceFloor = 1e-8;                // keeps a constant batch finite (N+ and TRL use the same)

    /// <summary>Whitens every token of every episode together.</summary>
    /// <param name="episodes">(B)(T of the episode); only response tokens, so nothing needs a mask.</param>
    /// <param name="shiftMean">false leaves the mean where it is (rewards), true moves it to 0 (advantages).</param>
    /// <param name="convention">Denominator of the variance.</param>
    /// <returns>The same shape, new arrays.</returns>
    public static double[][] Apply(
        IReadOnlyList<double[]> episodes, bool shiftMean = true, VarianceConvention convention = VarianceConvention.Unbiased)
    {
        double sum = 0, count = 0;
        foreach (var episode in episodes)
            foreach (var value in episode) { sum += value; count++; }
        var mean = sum / count;
        var squares = 0.0;
        foreach (var episode in episodes)
            foreach (var value in episode) squares += (value - mean) * (value - mean);
        var variance = squares / Math.Max(1, convention is VarianceConvention.Biased ? count : count - 1);
        var scale = 1 / Math.Sqrt(variance + VarianceFloor);
        var shift = shiftMean ? 0 : mean;
        return [.. episodes.Select(episode => Array.ConvertAll(episode, value => (value - mean) * scale + shift))];
    }
}
