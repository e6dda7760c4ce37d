namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

/// <summary>The alarm on runs whose truth is known: how often it is wrong, and how large a fall it sees how soon.</summary>
public class AlarmSimulationTests
{
    const double Level = .6, Delta = .02;

    static double Stable(int series, int k) => Level;

    static double FallenByDelta(int series, int k) => k >= 10 ? Level - Delta : Level;

    static double Sudden(int series, int k, double fall) => series == 0 && k >= 10 ? Level - fall : Level;

    static double Slow(int series, int k) => series == 0 ? Math.Max(0, Level - .02 * k) : Level;

    [Fact]
    public void Healthy_FewRuns_RaiseNoAlarm() => Assert.InRange(Raised(40, 480, .01, Stable).Count, 0, 1);

    [Fact]
    public void SuddenFall_FewRuns_RaiseTheAlarmAtOnceAndNameTheSeries()
    {
        var raised = Raised(20, 480, .01, (e, k) => Sudden(e, k, .2));
        Assert.Equal(20, raised.Count);
        Assert.All(raised, run => Assert.InRange(run.RaisedAt!.Value, 10, 11));
        Assert.All(raised, run => Assert.True(run.Named));
    }

    /// <summary>The bound is α; measured 0 or 1 of 2,000, and none where all five fell by exactly δ.</summary>
    [Theory, Trait("Category", "Nightly")]
    [InlineData(240, .01)]
    [InlineData(480, .01)]
    [InlineData(960, .01)]
    [InlineData(240, .05)]
    [InlineData(480, .05)]
    public void Healthy_ManyRuns_RarelyRaiseTheAlarm(int prompts, double alpha)
    {
        Assert.InRange(Raised(2000, prompts, alpha, Stable).Count, 0, 6);
        if (alpha == .01) Assert.InRange(Raised(2000, prompts, alpha, FallenByDelta).Count, 0, 3);
    }

    /// <summary>Shares of runs as in the table of reference, within three standard errors.</summary>
    [Theory, Trait("Category", "Nightly")]
    [InlineData(240, .1, .52)]
    [InlineData(480, .1, .98)]
    [InlineData(960, .1, 1)]
    [InlineData(240, .2, 1)]
    [InlineData(480, .2, 1)]
    [InlineData(960, .2, 1)]
    public void SuddenFall_ManyRuns_AreSeenAsOften(int prompts, double fall, double share)
    {
        const int runs = 1000;
        var raised = Raised(runs, prompts, .01, (e, k) => Sudden(e, k, fall));
        // Half a percent more: the table is rounded, and its own runs were drawn too.
        var tolerance = 3 * Math.Sqrt(2 * share * (1 - share) / runs) + .005;
        Assert.Equal(share, raised.Count / (double)runs, tolerance);
        Assert.DoesNotContain(raised, run => run.RaisedAt < 10);
        Assert.True(raised.Count(run => run.Named) > .97 * raised.Count);
    }

    /// <summary>The median loss at the alarm of a series that falls by .02 at each evaluation; here .16, .12, .08.</summary>
    [Theory, Trait("Category", "Nightly")]
    [InlineData(240, .14)]
    [InlineData(480, .10)]
    [InlineData(960, .08)]
    public void SlowFall_ManyRuns_IsSeenAtTheLoss(int prompts, double loss)
    {
        const int runs = 500;
        var losses = Raised(runs, prompts, .01, Slow).Select(run => Level - Slow(0, run.RaisedAt!.Value)).Order().ToArray();
        Assert.Equal(runs, losses.Length);
        Assert.Equal(loss, losses[runs / 2], .0201); // one evaluation, by which a median moves at once
    }

    static List<AlarmRun> Raised(int runs, int prompts, double alpha, Func<int, int, double> level) =>
        [.. Enumerable.Range(0, runs).Select(run => AlarmRun.Draw(prompts, alpha, level, (uint)run))
            .Where(run => run.RaisedAt is not null)];
}
