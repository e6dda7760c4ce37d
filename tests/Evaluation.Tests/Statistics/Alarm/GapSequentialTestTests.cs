using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

public class GapSequentialTestTests
{
    static readonly GapTestSettings Default = new();

    /// <summary>
    /// An alarm is right from 15 steps before the published onset to the severe phase. The settings are round numbers chosen with both
    /// runs in view; the next test shows that whichever had been fixed on one run is right on the other.
    /// </summary>
    [RealDataTheory]
    [InlineData("A", 490)]
    [InlineData("C", 100)]
    public void Of_PublishedRun_AlarmsBetweenOnsetAndSevere(string run, int step)
    {
        var points = Cherrl.Run(run);
        var alarm = GapSequentialTest.Of(points, Default).RaisedAt;
        Assert.Equal(step, alarm);
        AssertInTime(points, alarm);
    }

    /// <summary>Every setting halved, kept or raised by half, in all combinations, from each of five first steps.</summary>
    [RealDataTheory]
    [InlineData("A")]
    [InlineData("C")]
    public void Of_PublishedRun_SettingsHalfAsLargeAndLarger_AlarmsInTime(string run)
    {
        var points = Cherrl.Run(run);
        double[] scales = [.5, 1, 1.5];
        foreach (var skipped in Enumerable.Range(0, 5))
            foreach (var (tolerance, spreads) in Both(scales, scales))
                foreach (var (rarity, stake) in Both(scales, scales))
                    foreach (var (alpha, learned) in Both(scales, scales))
                    {
                        var settings = new GapTestSettings(5, (int)Math.Round(5 * learned), .05 * tolerance, 4 * spreads, .02 * rarity,
                            .5 * stake, .01 * alpha);
                        AssertInTime(points, GapSequentialTest.Of(points.Skip(skipped), settings).RaisedAt);
                    }
    }

    [Fact]
    public void Observe_AGapThatOpens_BetsOnEachUsedValue()
    {
        // Two learned values 0 and 0, limit .05; factor 25.5 above it and .5 below; γ 1/2, 1/6, 1/12.
        var settings = new GapTestSettings(Stride: 1, Learned: 2);
        var test = GapSequentialTest.Of([new(1, 0), new(2, 0)], settings);
        Assert.Equal((.05, 0), (test.Limit, test.Fortune));
        test = test.Observe(3, .04);
        Assert.Equal(.25, test.Fortune, 1e-15);
        test = test.Observe(4, .06);
        Assert.Equal((.25 + 1 / 6.0) * 25.5, test.Fortune, 1e-12);
        Assert.Null(test.RaisedAt);
        test = test.Observe(5, .06);
        Assert.Equal(5, test.RaisedAt); // (10.6 + 1/12)·25.5 ≥ 100
        Assert.Equal(5, test.Observe(6, 0).RaisedAt);
    }

    [Fact]
    public void Observe_ANoisyBaseline_RaisesTheLimit() =>
        // Mean .1, standard deviation .1·√2: four of them are more than the tolerance.
        Assert.Equal(.1 + .4 * Math.Sqrt(2), GapSequentialTest.Of([new(1, 0), new(2, .2)], new(Stride: 1, Learned: 2)).Limit!.Value, 1e-12);

    [Fact]
    public void Observe_ValuesBetweenTheUsedOnes_DoNotCount()
    {
        var healthy = Enumerable.Range(1, 100).Select(step => new GapPoint(step, step % 5 == 0 ? .01 : .4));
        Assert.Null(GapSequentialTest.Of(healthy, Default).RaisedAt);
    }

    [Fact]
    public void Observe_StepsWithoutAGap_AreNotUsed()
    {
        var missing = Enumerable.Range(1, 100).Select(step => new GapPoint(step, step <= 25 ? .01 : null));
        var test = GapSequentialTest.Of(missing, Default);
        Assert.Equal(.06, test.Limit!.Value, 1e-12);
        Assert.Equal(0, test.Fortune);
    }

    [Fact]
    public void Observe_ALongAlarm_StaysFinite()
    {
        var test = GapSequentialTest.Of(Enumerable.Range(1, 5000).Select(step => new GapPoint(step, step < 50 ? 0 : 1)), Default);
        Assert.True(double.IsFinite(test.Fortune));
    }

    [Fact]
    public void Start_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Stride: 0)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Learned: 1)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Tolerance: -1)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Rarity: 0)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Stake: 1)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Alpha: double.NaN)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(new(Planned: 0)));
        Assert.Throws<ArgumentException>(() => GapSequentialTest.Start(Default).Observe(1, double.NaN));
    }

    /// <summary>
    /// The worst healthy run exceeds the limit with probability ε at every used value: no more than α of such runs alarm. With ten times
    /// as many exceedances most must, or this could not fail.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(200)]
    public void Of_HealthyRuns_RarelyAlarms(int? planned)
    {
        const int runs = 2000;
        var (healthy, ill) = (Alarms(runs, .02, planned), Alarms(runs, .2, planned));
        Assert.True(healthy <= .01 * runs + 3 * Math.Sqrt(.01 * runs), $"{healthy} of {runs} healthy runs alarm.");
        Assert.True(ill > .5 * runs, $"{ill} of {runs} ill runs alarm.");
    }

    /// <summary>Autocorrelated noise about a level that wanders below the limit: moving means over five skewed values.</summary>
    [Fact]
    public void Of_HealthyRunsWithAutocorrelatedNoise_RarelyAlarms()
    {
        const int runs = 300;
        var alarms = 0;
        for (uint run = 0; run < runs; run++)
        {
            var draws = new PhiloxStream(seed: 14, purpose: 43, step: 1, sample: run);
            var (raw, level) = (new Queue<double>(), .005);
            var test = GapSequentialTest.Start(Default);
            for (var step = 1; step <= 600; step++)
            {
                level = Math.Clamp(level + .001 * draws.Normal(), 0, .03);
                raw.Enqueue(level - .01 * Math.Log(1 - draws.Uniform())); // exponential noise: mean and deviation .01
                if (raw.Count > 5) raw.Dequeue();
                test = test.Observe(step, raw.Average());
            }
            alarms += test.RaisedAt is null ? 0 : 1;
        }
        Assert.InRange(alarms, 0, 8); // 3 are expected at most, 8 is three standard errors more
    }

    static int Alarms(int runs, double rate, int? planned)
    {
        var settings = new GapTestSettings(Stride: 1, Learned: 2, Planned: planned);
        var count = 0;
        for (uint run = 0; run < runs; run++)
        {
            var draws = new PhiloxStream(seed: 14, purpose: 43, step: 0, sample: run);
            var test = GapSequentialTest.Of([new(1, 0), new(2, 0)], settings);
            for (var step = 3; step < 203 && test.RaisedAt is null; step++) test = test.Observe(step, draws.Chance(rate) ? 1 : 0);
            count += test.RaisedAt is null ? 0 : 1;
        }
        return count;
    }

    static void AssertInTime(IReadOnlyList<GapPoint> points, int? alarm)
    {
        var published = PublishedOnset.Of(points)!;
        Assert.NotNull(alarm);
        Assert.InRange(alarm.Value, published.Low - 15, published.Severe!.Value - 1);
    }

    static IEnumerable<(double, double)> Both(double[] some, double[] others) => some.SelectMany(_ => others, (one, other) => (one, other));
}
