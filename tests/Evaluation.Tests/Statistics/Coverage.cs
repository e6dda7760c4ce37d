using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

/// <summary>How often an interval holds the truth, over data that was drawn from a known world.</summary>
static class Coverage
{
    /// <summary>Rounds of the tests that run every time: the standard error of a share of .95 is .0049.</summary>
    public const int Few = 2_000;

    /// <summary>Rounds of the nightly ones: .0015.</summary>
    public const int Many = 20_000;

    /// <summary>95% ± 2, what the ledger promises from 80 prompts.</summary>
    public static void AssertNominal(int rounds, double truth, Func<PhiloxStream, Measured?> estimate) =>
        Assert.InRange(Of(rounds, truth, estimate), .93, .97);

    /// <summary>Share of rounds whose interval holds the truth; none at all holds nothing.</summary>
    public static double Of(int rounds, double truth, Func<PhiloxStream, Measured?> estimate) =>
        Enumerable.Range(0, rounds).Count(round => estimate(Some.Draws((uint)round)) is { } one && one.Low <= truth && truth <= one.High)
        / (double)rounds;
}
