using ActorRlhf.Evaluation.Statistics.Alarm;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

public class AlarmLedgerTests
{
    static readonly AlarmSettings Three = new(Planned: 3, Reserved: 0);

    // The ledger of reference: worse and better (of the proxy: rose and fell) of the pairs 01; 02, 12; 03, 13, 23.
    static readonly (int Worse, int Better)[][] First = [[], [(10, 40)], [(40, 60), (58, 30)], [(60, 45), (88, 28), (50, 20)]];
    static readonly (int Worse, int Better)[][] Second = [[], [(12, 12)], [(6, 16), (8, 14)], [(5, 15), (9, 12), (7, 7)]];
    static readonly (int Rose, int Fell)[][] Proxy = [[], [(300, 150)], [(360, 90), (280, 140)], [(400, 60), (330, 100), (255, 190)]];

    [Fact]
    public void Add_ThreeEvaluations_IsTheReference()
    {
        var ledger = AlarmLedger.Start(Three, ["first", "second"]);
        var evidence = new List<double>();
        for (var k = 0; k <= 3; k++)
        {
            ledger = ledger.Add(k, Pairs(k));
            evidence.Add(ledger.Evidence);
        }

        Assert.Equal(0, evidence[0]);
        Assert.Equal(1.344251945e-4, evidence[1], 1e-13);
        Assert.Equal(.1759921430, evidence[2], 1e-10);
        Assert.Equal(1723.631592, evidence[3], 1e-6);
        Assert.Equal(3, ledger.RaisedAt);
        Assert.Equal(["first"], ledger.Proven.Select(series => series.Id));
        Assert.Equal(evidence[3], ledger.Series.Sum(series => series.Part), 1e-9);
        Assert.Equal((1, 3), (ledger.Series[0].Strongest!.Earlier, ledger.Series[0].Strongest!.Later));
    }

    [Fact]
    public void LogBoth_OfPair23_IsTheSmallerG()
    {
        var pair = Pairs(3).Single(pair => pair is { Series: "first", Earlier: 2 });
        Assert.Equal(1.589812757, pair.LogRose, 1e-9);
        Assert.Equal(2.181762240, pair.LogFell, 1e-9);
        Assert.Equal(pair.LogRose, pair.LogBoth);
    }

    [Fact]
    public void Add_WithoutAPlan_GivesEvaluationsLessAndLess()
    {
        // One pair with min(F, G) = e² at evaluation 2, of two: γ 1/6, w .8, half.
        var ledger = AlarmLedger.Start(new(), ["e"]).Add(0, []).Add(1, []).Add(2, [new("e", 0, 2, 100, 2, 3)]);
        Assert.Equal(Math.Exp(2) * .8 / 6 / 2, ledger.Evidence, 1e-12);
        Assert.Null(ledger.RaisedAt);
    }

    [Fact]
    public void Add_AfterThePlan_CountsNoMore() =>
        Assert.Equal(0, AlarmLedger.Start(new(Planned: 1), ["e"]).Add(0, []).Add(1, []).Add(2, [new("e", 0, 2, 100, 50, 50)]).Evidence);

    [Fact]
    public void Add_OverwhelmingEvidence_StaysFinite()
    {
        var ledger = AlarmLedger.Start(new(), ["e"]).Add(0, []).Add(1, [new("e", 0, 1, 100_000, 1e4, 1e4)]);
        Assert.True(double.IsFinite(ledger.Evidence));
        Assert.Equal(1, ledger.RaisedAt);
        Assert.Equal(1, ledger.Add(2, []).RaisedAt); // and stays raised
    }

    [Fact]
    public void Inject_LaterSeries_SharesWhatIsReserved()
    {
        var ledger = AlarmLedger.Start(new(), ["a", "b"]).Add(0, []).Inject("c").Add(1, []).Inject("d");
        Assert.Equal([("a", 0, .4), ("b", 0, .4), ("c", 1, .1), ("d", 2, .2 / 6)], // .8/2; .2/(1·2), .2/(2·3)
            ledger.Series.Select(series => (series.Id, series.From, series.Weight)));
    }

    [Fact]
    public void Attention_OfAllEvaluations_IsAtMostOne()
    {
        Assert.Equal(1, Enumerable.Range(1, 100).Sum(new AlarmSettings(Planned: 30).Attention), 1e-12);
        Assert.Equal(1 - 1 / 1001.0, Enumerable.Range(1, 1000).Sum(new AlarmSettings().Attention), 1e-12);
    }

    [Fact]
    public void Add_PairsThatAreNotTheEvaluationsOwn_Throws()
    {
        var ledger = AlarmLedger.Start(new(), ["e"]).Add(0, []).Inject("late").Add(1, []);
        Assert.Throws<ArgumentException>(() => ledger.Add(1, []));
        Assert.Throws<ArgumentException>(() => ledger.Add(3, []));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("other", 0, 2, 9, 1, 1)]));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("e", 0, 1, 9, 1, 1)]));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("e", 2, 2, 9, 1, 1)]));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("late", 0, 2, 9, 1, 1)]));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("e", 0, 2, 9, double.NaN, 1)]));
        Assert.Throws<ArgumentException>(() => ledger.Add(2, [new("e", 0, 2, 9, 1, 1), new("e", 0, 2, 9, 1, 1)]));
    }

    [Fact]
    public void Start_BadSettings_Throws()
    {
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(new(), ["e", "e"]));
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(new(Alpha: 0), ["e"]));
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(new(Planned: 0), ["e"]));
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(new(Reserved: 1.5), ["e"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlarmLedger.Start(new(Delta: .25), ["e"]));
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(new(), ["e"]).Inject("e"));
        Assert.Throws<ArgumentException>(() => AlarmLedger.Start(Three, ["e"]).Inject("f"));
    }

    static List<AlarmPair> Pairs(int k)
    {
        AlarmPair Pair(string series, int j, (int Worse, int Better) counts, int n) => new(series, j, k, n,
            EValue.LogOfCounts(counts.Worse, counts.Better, n, .02), EValue.LogOfCounts(Proxy[k][j].Rose, Proxy[k][j].Fell, 480, 0));
        return [.. First[k].Select((counts, j) => Pair("first", j, counts, 480)),
            .. Second[k].Select((counts, j) => Pair("second", j, counts, 80))];
    }
}
