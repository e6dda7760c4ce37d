using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using ActorRlhf.Evaluation.Statistics.Ranking;
using ActorRlhf.Evaluation.Statistics.RewardModels;
using MathNet.Numerics.Distributions;
using Xunit.Abstractions;

namespace ActorRlhf.Evaluation.Tests.Statistics;

/// <summary>Intervals hold the truth as often as they say, in worlds whose truth is known in closed form.</summary>
public class CoverageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("t", 5)]
    [InlineData("t", 80)]
    [InlineData("t, skewed", 80)]
    [InlineData("t by ids", 80)]
    [InlineData("slope", 80)]
    [InlineData("wilson .62", 80)]
    [InlineData("wilson .97", 80)]
    [InlineData("newcombe", 80)]
    [InlineData("tau", 80)]
    [InlineData("tau, five levels", 80)]
    [InlineData("spearman", 80)]
    [InlineData("auc .76", 80)]
    [InlineData("auc .90", 80)]
    public void Interval_FewRounds_HoldsTheTruth(string world, int n) => AssertNominal(world, n, Coverage.Few);

    [Theory, Trait("Category", "Nightly")]
    [InlineData("t", 2)]
    [InlineData("t", 480)]
    [InlineData("t, skewed", 80)]
    [InlineData("t, skewed", 480)]
    [InlineData("t by ids", 80)]
    [InlineData("slope", 80)]
    [InlineData("wilson .62", 80)]
    [InlineData("wilson .62", 480)]
    [InlineData("wilson .97", 80)]
    [InlineData("newcombe", 80)]
    [InlineData("tau", 80)]
    [InlineData("tau", 240)]
    [InlineData("tau, five levels", 80)]
    [InlineData("tau, five levels", 240)]
    [InlineData("spearman", 80)]
    [InlineData("auc .76", 80)]
    [InlineData("auc .76", 480)]
    [InlineData("auc .90", 80)]
    public void Interval_ManyRounds_HoldsTheTruth(string world, int n) => AssertNominal(world, n, Coverage.Many);

    [Fact]
    public void Interval_CompletionsTakenForPrompts_HoldsTheTruthTooSeldom()
    {
        // Four completions a prompt that share half of their variance: the error is really √(1 + 3/2) = 1.6 times as large.
        var (estimate, truth) = World("t by ids", 80);
        Assert.InRange(Coverage.Of(Coverage.Few, truth, estimate), .93, .97);
        Assert.InRange(Coverage.Of(Coverage.Few, truth, draws => MeanInterval.Of(FourEach(draws, 80))), .75, .82);
    }

    [Fact]
    public void Interval_NormalQuantileForFivePrompts_HoldsTheTruthTooSeldom()
    {
        // P(|t₄| < 1.96) = .878.
        Assert.InRange(Coverage.Of(Coverage.Few, 0, draws => WithNormalQuantile(MeanInterval.Of(Normals(draws, 5)))), .86, .895);
    }

    static Measured WithNormalQuantile(Measured mean) =>
        mean with { Low = mean.Value - 1.96 * mean.StandardError, High = mean.Value + 1.96 * mean.StandardError };

    void AssertNominal(string world, int n, int rounds)
    {
        var (estimate, truth) = World(world, n);
        var share = Coverage.Of(rounds, truth, estimate);
        output.WriteLine(FormattableString.Invariant($"{world}, n {n}: {share:P2} of {rounds}"));
        Assert.InRange(share, .93, .97);
    }

    static (Func<PhiloxStream, Measured?> Estimate, double Truth) World(string name, int n) => name switch
    {
        "t" => (draws => MeanInterval.Of(Normals(draws, n)), 0),
        "t, skewed" => (draws => MeanInterval.Of([.. Normals(draws, n).Select(x => x * x)]), 1), // χ² with one degree of freedom
        "t by ids" => (draws => PairedChange.Of(new double[4 * n], FourEach(draws, n), Ids(n)), 0),
        "slope" => (draws => Slope.Of(Normals(draws, n), Normals(draws, n)), 0),
        "wilson .62" => (draws => Proportion.Of(Successes(draws, n, .62), n), .62),
        "wilson .97" => (draws => Proportion.Of(Successes(draws, n, .97), n), .97),
        "newcombe" => (draws => Proportion.Difference(Successes(draws, n, .8), n, Successes(draws, n, .62), n), .8 - .62),
        "tau" => (draws => Correlated(draws, n) is var (x, y) ? KendallTau.Of(x, y) : null, 2 / Math.PI * Math.Asin(.5)),
        "tau, five levels" => (draws => Correlated(draws, n) is var (x, y) ? KendallTau.Of(x, Levels(y)) : null, FiveLevelTau.Value),
        "spearman" => (draws => Correlated(draws, n) is var (x, y) ? RankCorrelation.Spearman(x, y) : null, 6 / Math.PI * Math.Asin(.25)),
        "auc .76" => (draws => Auc(draws, n, 1), Normal.CDF(0, 1, 1 / Math.Sqrt(2))),
        "auc .90" => (draws => Auc(draws, n, 1.8), Normal.CDF(0, 1, 1.8 / Math.Sqrt(2))),
        _ => throw new ArgumentException($"There is no world {name}."),
    };

    /// <summary>τ-b of a large sample: its standard error is about .001.</summary>
    static readonly Lazy<double> FiveLevelTau = new(() =>
    {
        var (x, y) = Correlated(Some.Draws(uint.MaxValue), 400_000);
        return KendallTau.Value(x, Levels(y))!.Value;
    });

    static double[] Levels(double[] y) => [.. y.Select(one => Math.Clamp(Math.Round(one), -2, 2))];

    static double[] Normals(PhiloxStream draws, int n)
    {
        var values = new double[n];
        for (var i = 0; i < n; i++) values[i] = draws.Normal();
        return values;
    }

    static double[] FourEach(PhiloxStream draws, int prompts)
    {
        var shared = Normals(draws, prompts);
        return [.. Enumerable.Range(0, 4 * prompts).Select(i => shared[i / 4] + draws.Normal())];
    }

    static int[] Ids(int prompts) => [.. Enumerable.Range(0, 4 * prompts).Select(i => i / 4)];

    /// <summary>Two scores with correlation ½.</summary>
    static (double[] X, double[] Y) Correlated(PhiloxStream draws, int n)
    {
        var x = Normals(draws, n);
        return (x, [.. x.Select(one => one / 2 + Math.Sqrt(.75) * draws.Normal())]);
    }

    static int Successes(PhiloxStream draws, int n, double share) => Enumerable.Range(0, n).Count(_ => draws.Chance(share));

    static Measured? Auc(PhiloxStream draws, int n, double distance)
    {
        bool[] labels = [.. Enumerable.Range(0, n).Select(i => i % 2 == 0)];
        return RocAuc.Of([.. labels.Select(label => draws.Normal() + (label ? distance : 0))], labels);
    }
}
