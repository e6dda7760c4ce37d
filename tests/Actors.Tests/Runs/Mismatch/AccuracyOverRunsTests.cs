using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Actors.Tests.Runs.Mismatch;

public sealed class AccuracyOverRunsTests
{
    const string Gold = "eval/pocket-gold/pocket-gold";

    [Fact]
    public void Of_TwelveRuns_RanksAccuracyAgainstTheEndAndTheBest()
    {
        // The better the reward model, the better the best step and the worse the last one, but for the first two at the end.
        var over = AccuracyOverRuns.Of([.. Enumerable.Range(0, 12).Select(i =>
            Ledger($"run-{i}", accuracy: .6 + .02 * i, last: i switch { 0 => .7, 1 => .8, _ => .7 - .02 * i }, best: .8 + .01 * i))]);

        Assert.Equal((Gold, 12), (over.Yardstick, over.Runs.Count));
        Assert.Equal((.6, 10, 2), (over.Runs[0].Accuracy, over.Runs[0].BestStep, over.Runs[0].Members));
        // Of twelve ranks two neighbours change places: ρ = −(1 − 6 · 2/(12 · 143)).
        Assert.Equal(-(1 - 12.0 / 1716), over.AtEnd!.Value, 1e-12);
        Assert.Equal(1, over.AtBest!.Value, 1e-12);
    }

    [Fact]
    public void Of_FewerRunsThanAClaimNeeds_HasThePointsAndSaysNothingMore()
    {
        var over = AccuracyOverRuns.Of([.. Enumerable.Range(0, 11).Select(i => Ledger($"run-{i}", .6 + .02 * i, .5, .6))]);
        Assert.Equal((11, null, null), (over.Runs.Count, over.AtEnd, over.AtBest));
    }

    [Fact]
    public void Of_RunsHeldAgainstSomethingElseOrWithoutRewardModels_AreLeftOut()
    {
        var whole = Ledger("whole", .7, .5, .6);
        var over = AccuracyOverRuns.Of(
        [
            whole with { Run = "other", Yardstick = Yardstick.Development }, whole, whole with { Run = "second" },
            whole with { Run = "none", RewardToPolicy = null },
        ]);
        Assert.Equal((Gold, "whole second"), (over.Yardstick, string.Join(' ', over.Runs.Select(run => run.Run))));
    }

    [Fact]
    public void Of_NothingToHoldAgainst_IsEmpty()
    {
        var over = AccuracyOverRuns.Of([Ledger("one", .7, .5, .6) with { Yardstick = null }]);
        Assert.Equal((null, 0), (over.Yardstick, over.Runs.Count));
    }

    [Fact]
    public void Of_LowerIsBetter_RanksSoThatMoreIsBetter()
    {
        MismatchLedger[] ledgers = [.. Enumerable.Range(0, 12).Select(i => Ledger($"run-{i}", .6 + .02 * i, last: .9 - .02 * i, best: .1))];
        var lower = ledgers.Select(ledger => ledger with
        {
            PolicyToEvaluation = [ledger.PolicyToEvaluation[0] with { Direction = "lower" }],
        });
        Assert.Equal(1, AccuracyOverRuns.Of([.. lower]).AtEnd!.Value, 1e-12);
    }

    static MismatchLedger Ledger(string run, double accuracy, double last, double best)
    {
        Measured Mean(double value) => new(value, value - .01, value + .01, 64, "t");
        var models = new[] { accuracy - .01, accuracy + .01 }.Select((one, i) =>
            new RewardToPolicy.Member(i, new Measured(one, one - .05, one + .05, 400, "wilson"), null, null, .02));
        var curve = new EvaluationCurve(
            Gold, "higher", "heldout", 64, [0, 10, 20], [Mean(.5), Mean(best), Mean(last)], Mean(last - .5), null, 10, [10], null, null,
            null, null, false, null);
        return new MismatchLedger(
            run, "micro", "completed", 20, "1:00", 64, [0, 10, 20], Gold, null!, null,
            new RewardToPolicy([.. models], null, null, [], null, [], null, null), [curve], [], null, null, []);
    }
}
