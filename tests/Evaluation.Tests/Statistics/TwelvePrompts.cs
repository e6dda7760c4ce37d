using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

/// <summary>Twelve prompts at two steps, from the reference values of the ledger's statistics.</summary>
static class TwelvePrompts
{
    public static readonly int[] Ids = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6];
    public static readonly double[] ScoreA = [1, .5, 1, 0, 1, .75, .5, 1, 0, .25, 1, .75];
    public static readonly double[] ScoreB = [.5, .5, .75, .25, .25, .75, 0, 1, .25, 0, .5, .5];
    public static readonly double[] ProxyA = [.2, -.4, 1.1, -.9, .6, .1, -.3, .8, -1.2, -.5, .9, .4];
    public static readonly double[] ProxyB = [1.3, .2, 1.6, -.1, 1.9, .7, .9, 1.4, -.6, .3, 1.2, 1.5];
    public static readonly double[] LengthA = [8, 6, 11, 5, 9, 7, 10, 12, 4, 6, 9, 8];
    public static readonly double[] LengthB = [14, 9, 15, 8, 19, 11, 16, 13, 6, 12, 17, 18];

    public static StepScores StepA => new(ProxyA, ScoreA);

    public static StepScores StepB => new(ProxyB, ScoreB);

    const double TenPlaces = 5.1e-11; // the values are printed to ten places
    const double Ends = 2e-10;        // and the quantiles of t behind them are right to about 1e-10

    public static void AssertIs(
        Measured? measured, double value, double low, double high, int n, string method, double? error = null)
    {
        Assert.NotNull(measured);
        Assert.Equal(value, measured.Value, TenPlaces);
        Assert.Equal(low, measured.Low!.Value, Ends);
        Assert.Equal(high, measured.High!.Value, Ends);
        Assert.Equal((n, method), (measured.N, measured.Method));
        if (error is { } expected) Assert.Equal(expected, measured.StandardError!.Value, TenPlaces);
    }

    /// <summary>A series in another order of the prompts.</summary>
    public static T[] Shuffled<T>(T[] series)
    {
        var order = Some.Draws().Permutation(series.Length);
        return [.. order.Select(i => series[i])];
    }
}
