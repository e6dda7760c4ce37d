using System.Diagnostics;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics.Alarm;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

public class OnlineAlarmTests
{
    [Fact]
    public void Heaviest_OfTheStrongestPair_FellMost()
    {
        var alarm = OnlineAlarm.Start(new(Planned: 1, Reserved: 0), ["e"])
            .Observe(0, Scores(("e", [1, .5, .9, null, .2, 1])), [0, 0, 0, 0, 0, 0]);
        Assert.Empty(alarm.Heaviest("e", 3));
        // One of six failed: more than 2%, the pair leaves.
        Assert.Empty(alarm.Observe(1, Scores(("e", [0, .5, .4, 0, .3, .5])), [1, 1, 1, 1, 1, 1]).Heaviest("e", 3));

        alarm = OnlineAlarm.Start(new(Planned: 1, Reserved: 0), ["e"])
            .Observe(0, Scores(("e", [1, .5, .9, 1, .2, 1])), [0, 0, 0, 0, 0, 0])
            .Observe(1, Scores(("e", [0, .5, .4, 0, .3, .5])), [1, 1, 1, 1, 1, 1]);
        Assert.Equal([new(0, 1, 0), new(3, 1, 0), new(2, .9, .4)], alarm.Heaviest("e", 3));
        Assert.Equal(4, alarm.Heaviest("e", 100).Count); // the other two did not fall
        Assert.Throws<ArgumentException>(() => alarm.Heaviest("other", 3));
    }

    [Fact]
    public void Observe_ScoresOfZeroAndOne_EqualTheGeneralWay()
    {
        var draws = Some.Draws();
        var (binary, general) = (OnlineAlarm.Start(new(), ["e"]), OnlineAlarm.Start(new(), ["e"]));
        for (var k = 0; k < 6; k++)
        {
            var level = .8 - .1 * k;
            var scores = Enumerable.Range(0, 200).Select(_ => (double?)(draws.Chance(level) ? 1 : 0)).ToArray();
            var proxy = Enumerable.Range(0, 200).Select(_ => k + draws.Normal()).ToArray();
            scores[7] = null;
            binary = binary.Observe(k, Scores(("e", scores)), proxy);
            scores[7] = k % 2 == 0 ? .5 : null; // makes every other column general
            general = general.Observe(k, Scores(("e", scores)), proxy);
        }
        var (one, other) = (binary.LastPairs, general.LastPairs);
        Assert.Equal(5, one.Length);
        foreach (var (a, b) in one.Zip(other))
        {
            Assert.Equal((199, 199), (a.N, b.N));
            Assert.Equal(a.LogFell, b.LogFell, 1e-10);
        }
        Assert.NotNull(binary.Ledger.RaisedAt);
    }

    [Fact]
    public void Observe_TwelvePrompts_IsTheReference()
    {
        double?[] before = [1, .5, 1, 0, 1, .75, .5, 1, 0, .25, 1, .75], after = [.5, .5, .75, .25, .25, .75, 0, 1, .25, 0, .5, .5];
        double[] proxy = [.2, -.4, 1.1, -.9, .6, .1, -.3, .8, -1.2, -.5, .9, .4];
        double[] later = [1.3, .2, 1.6, -.1, 1.9, .7, .9, 1.4, -.6, .3, 1.2, 0];
        var pair = OnlineAlarm.Start(new(), ["e"])
            .Observe(0, Scores(("e", before)), proxy).Observe(1, Scores(("e", after)), later).LastPairs.Single();
        Assert.Equal(1.4065018113, pair.LogFell, 1e-9);
        Assert.Equal(EValue.LogOfCounts(11, 1, 12, 0), pair.LogRose, 1e-12); // the last fell
    }

    [Fact]
    public void Observe_FailedPrompts_LeaveThePair()
    {
        // 2 of 100 failed: 98 prompts are left. 3 of 100: the pair leaves, other pairs do not.
        var scores = Enumerable.Repeat((double?)1, 100).ToArray();
        double?[] two = [null, null, .. scores[2..]], three = [null, null, null, .. scores[3..]];
        var proxy = new double[100];
        var alarm = OnlineAlarm.Start(new(), ["e"])
            .Observe(0, Scores(("e", scores)), proxy).Observe(1, Scores(("e", three)), proxy).Observe(2, Scores(("e", two)), proxy);
        Assert.Equal([(0, 98)], alarm.LastPairs.Select(pair => (pair.Earlier, pair.N)));
        Assert.Equal(EValue.LogOfCounts(0, 0, 98, .02), alarm.LastPairs[0].LogFell, 1e-12);
    }

    [Fact]
    public void Recall_WhatWasObserved_IsTheSame()
    {
        double[][] proxy = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];
        double?[][] scores = [[1, 1, 1], [.9, .8, 1], [.2, .1, .3]];
        var (observed, recalled) = (OnlineAlarm.Start(new(), ["e"]), OnlineAlarm.Start(new(), ["e"]));
        for (var k = 0; k < 2; k++)
        {
            observed = observed.Observe(k, Scores(("e", scores[k])), proxy[k]);
            recalled = recalled.Recall(k, Scores(("e", scores[k])), proxy[k], observed.LastPairs);
        }
        recalled = recalled.Observe(2, Scores(("e", scores[2])), proxy[2]);
        observed = observed.Observe(2, Scores(("e", scores[2])), proxy[2]);
        Assert.Equal(observed.LastPairs.AsEnumerable(), recalled.LastPairs.AsEnumerable());
        Assert.Equal(observed.Ledger.Evidence, recalled.Ledger.Evidence);
        Assert.Equal(observed.Heaviest("e", 3), recalled.Heaviest("e", 3));
    }

    [Fact]
    public void Observe_SeriesThatIsAbsent_HasNoPairs()
    {
        var proxy = new double[4];
        var alarm = OnlineAlarm.Start(new(), ["e"]).Observe(0, Scores(), proxy).Observe(1, Scores(("e", [1, 1, 0, 1])), proxy);
        Assert.Empty(alarm.LastPairs);
        Assert.Equal(2, alarm.Ledger.Evaluations);
    }

    [Fact]
    public void Inject_LaterSeries_TakesPartWithLaterPairsOnly()
    {
        double[] proxy = [1, 2, 3];
        double?[] good = [1, 1, 1];
        var alarm = OnlineAlarm.Start(new(), ["a", "b"])
            .Observe(0, Scores(("a", good), ("b", good)), proxy)
            .Inject("c")
            .Observe(1, Scores(("a", good), ("b", good), ("c", good)), proxy)
            .Inject("d")
            .Observe(2, Scores(("a", good), ("b", good), ("c", good), ("d", good)), proxy);
        Assert.Equal(
            [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("c", 1)], alarm.LastPairs.Select(pair => (pair.Series, pair.Earlier)));
        Assert.Equal([1, 2], alarm.Observe(3, Scores(("c", good)), proxy).LastPairs.Select(pair => pair.Earlier));
    }

    [Fact]
    public void Observe_InjectedSeriesThatFallsWithin_IsNamed()
    {
        var (high, low) = (Enumerable.Repeat((double?)1, 80).ToArray(), Enumerable.Repeat((double?)0, 80).ToArray());
        double[] Proxy(int k) => [.. Enumerable.Repeat((double)k, 80)];
        var alarm = OnlineAlarm.Start(new(), ["a"])
            .Observe(0, Scores(("a", high)), Proxy(0)).Inject("b")
            .Observe(1, Scores(("a", high), ("b", high)), Proxy(1))
            .Observe(2, Scores(("a", high), ("b", low)), Proxy(2));
        Assert.Equal(2, alarm.Ledger.RaisedAt);
        Assert.Equal(["b"], alarm.Ledger.Proven.Select(series => series.Id));
    }

    [Fact]
    public void Observe_ProxyThatDidNotRise_IsNoAlarm()
    {
        var alarm = OnlineAlarm.Start(new(), ["e"]);
        for (var k = 0; k < 4; k++)
            alarm = alarm.Observe(k, Scores(("e", [.. Enumerable.Repeat((double?)(k < 2 ? 1 : 0), 80)])), [.. Enumerable.Repeat(1.0, 80)]);
        Assert.True(alarm.Ledger.Series[0].Strongest!.LogFell > 40);
        Assert.Null(alarm.Ledger.RaisedAt);
        Assert.InRange(alarm.Ledger.Evidence, 0, 1);
    }

    [Fact]
    public void Observe_BadInput_Throws()
    {
        var alarm = OnlineAlarm.Start(new(), ["e"]).Observe(0, Scores(("e", [1, 0])), [1, 2]);
        Assert.Throws<ArgumentException>(() => alarm.Observe(0, Scores(), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(2, Scores(), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(("other", [1, 0])), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(("e", [1, 0, 1])), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(("e", [1, 1.5])), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(("e", [1, double.NaN])), [1, 2]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(), [1]));
        Assert.Throws<ArgumentException>(() => alarm.Observe(1, Scores(), [1, double.NaN]));
        Assert.Throws<ArgumentException>(() => OnlineAlarm.Start(new(), ["e"]).Observe(0, Scores(), []));
    }

    /// <summary>30 evaluations of 6 series; 2,000 steps evaluated at every tenth by 20: fractional scores of 960 prompts.</summary>
    [Theory, Trait("Category", "Nightly")]
    [InlineData(30, 6, 1)]       // measured .015 s
    [InlineData(200, 20, 15)]    // measured 2.4 s on a busy core
    public void Observe_ManyEvaluations_StaysWithinSeconds(int evaluations, int series, double seconds)
    {
        var ids = Enumerable.Range(0, series).Select(e => $"e{e}").ToArray();
        var draws = new PhiloxStream(seed: 13, purpose: 42);
        var pool = Enumerable.Range(0, 50_000).Select(_ => (double?)draws.Uniform()).ToArray();
        double?[] Column() => [.. pool.Skip(draws.Integer(49_000)).Take(960)];
        var alarm = OnlineAlarm.Start(new(), ids);
        var watch = new Stopwatch();
        for (var k = 0; k <= evaluations; k++)
        {
            var scores = ids.ToDictionary(id => id, _ => (IReadOnlyList<double?>)Column());
            double[] proxy = [.. Column().Select(score => score!.Value)];
            watch.Start();
            alarm = alarm.Observe(k, scores, proxy);
            watch.Stop();
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"It took {watch.Elapsed}.");
    }

    static Dictionary<string, IReadOnlyList<double?>> Scores(params (string Id, double?[] Values)[] series) =>
        series.ToDictionary(one => one.Id, one => (IReadOnlyList<double?>)one.Values);
}
