using ActorRlhf.Evaluation.Statistics.Alarm;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

public class EValueTests
{
    static readonly double[] Before = [1, .5, 1, 0, 1, .75, .5, 1, 0, .25, 1, .75];
    static readonly double[] After = [.5, .5, .75, .25, .25, .75, 0, 1, .25, 0, .5, .5];

    [Theory]
    [InlineData(480, new[] { .2282177323, .3423265984, .5020790110, .7302967433, .8 })]
    [InlineData(80, new[] { .5590169944, .8, .8, .8, .8 })]
    public void Stakes_OfPrompts_AreTheReference(int n, double[] stakes)
    {
        foreach (var (expected, actual) in stakes.Zip(EValue.Stakes(n))) Assert.Equal(expected, actual, 1e-10);
    }

    [Theory]
    [InlineData(84, 36, 480, .02, 5.2615832901)]
    [InlineData(30, 2, 80, .02, 13.0068122555)]
    [InlineData(60, 60, 480, .02, -7.0406909924)]
    [InlineData(84, 36, 480, 0, 8.5924550316)]
    public void LogOfCounts_Counts_IsTheReference(int worse, int better, int n, double delta, double log) =>
        Assert.Equal(log, EValue.LogOfCounts(worse, better, n, delta), 1e-9);

    [Fact]
    public void LogOfDifferences_TwelvePrompts_IsTheReference() =>
        Assert.Equal(1.4065018113, EValue.LogOfDifferences([.. Before.Zip(After, (a, b) => a - b)], .02), 1e-9);

    [Theory]
    [InlineData(84, 36, 480)]
    [InlineData(0, 0, 1)]
    [InlineData(700, 3, 5000)]
    public void LogOfDifferences_OnesAndZeros_AreTheirCounts(int worse, int better, int n)
    {
        var differences = Some.Draws().Permutation(n).Select(i => i < worse ? 1.0 : i < worse + better ? -1 : 0).ToArray();
        Assert.Equal(EValue.LogOfCounts(worse, better, n, .02), EValue.LogOfDifferences(differences, .02), 1e-10);
    }

    [Theory]
    [InlineData(.02, 1)]
    [InlineData(0, 64)]
    [InlineData(.2, 65)]
    public void LogOfDifferences_AnyLength_IsTheProductItself(double delta, int n)
    {
        var draws = Some.Draws();
        var differences = Enumerable.Range(0, n).Select(_ => 2 * draws.Uniform() - 1).ToArray();
        var mean = EValue.Stakes(n)
            .Average(stake => differences.Aggregate(1.0, (product, difference) => product * (1 + stake * (difference - delta))));
        Assert.Equal(Math.Log(mean), EValue.LogOfDifferences(differences, delta), 1e-11);
    }

    [Fact]
    public void LogOfDifferences_ManyPromptsAllWorse_DoesNotOverflow()
    {
        // 1 + .8 · .98 each, at the largest stake, which is one of five (at n 10,000: c = 24 has λ .24).
        var log = EValue.LogOfDifferences(Enumerable.Repeat(1.0, 10_000).ToArray(), .02);
        Assert.Equal(10_000 * Math.Log(1 + .24 * .98) - Math.Log(5), log, 1e-8);
    }

    /// <summary>E[F] over every outcome of few prompts is exactly 1 where the mean difference is δ, and above where it is more.</summary>
    [Theory]
    [InlineData(.35, .33)]
    [InlineData(.5, .48)]
    public void LogOfCounts_MeanDifferenceOfDelta_ExpectsOne(double worse, double better)
    {
        Assert.Equal(1, Expectation(worse, better), 1e-12);
        Assert.True(Expectation(worse + .02, better - .02) > 1.05);
        Assert.True(Expectation(worse - .02, better + .02) < .95);
    }

    [Fact]
    public void Log_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => EValue.LogOfCounts(3, 3, 5, .02));
        Assert.Throws<ArgumentException>(() => EValue.LogOfCounts(-1, 3, 5, .02));
        Assert.Throws<ArgumentOutOfRangeException>(() => EValue.LogOfCounts(0, 0, 0, .02));
        Assert.Throws<ArgumentOutOfRangeException>(() => EValue.LogOfCounts(1, 1, 5, .25));
        Assert.Throws<ArgumentOutOfRangeException>(() => EValue.LogOfDifferences([], .02));
        Assert.Throws<ArgumentException>(() => EValue.LogOfDifferences([1.5], .02));
        Assert.Throws<ArgumentException>(() => EValue.LogOfDifferences([double.NaN], .02));
        Assert.Throws<ArgumentOutOfRangeException>(() => EValue.LogOfDifferences([.5], double.NaN));
    }

    static double Expectation(double worse, double better)
    {
        const int n = 12;
        var sum = 0.0;
        for (var b = 0; b <= n; b++)
            for (var c = 0; b + c <= n; c++)
                sum += Multinomial(b, c, n) * Math.Pow(worse, b) * Math.Pow(better, c) * Math.Pow(1 - worse - better, n - b - c)
                    * Math.Exp(EValue.LogOfCounts(b, c, n, .02));
        return sum;
    }

    static double Multinomial(int b, int c, int n) => Factorial(n) / Factorial(b) / Factorial(c) / Factorial(n - b - c);

    static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);
}
