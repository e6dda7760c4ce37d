using System.Text.Json;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Runs.Mismatch;

/// <summary>The ledger of a real run, against figures that are worked out from its events here.</summary>
public sealed class MismatchLedgerTests(AlarmedRun alarmed) : IClassFixture<AlarmedRun>
{
    const string Gold = "eval/pocket-gold/pocket-gold";

    static IReadOnlyList<Metric>? Metrics(string evaluator, string version) => BuiltInEvaluators.MetricsOf(evaluator, version);

    static MismatchLedger LedgerOf(RunRecord run) => MismatchLedger.Of(RunEvidence.Read(run, Metrics), AlarmFold.Of(run, Metrics));

    [Fact]
    public void Of_RunWithGold_SaysWhatFellAndWhen()
    {
        var ledger = LedgerOf(alarmed.Run);

        Assert.Equal((Gold, true), (ledger.Yardstick, ledger.Verdict.Mismatch));
        Assert.Equal([0, 6, 12, 18, 24], ledger.Steps);
        Assert.Equal(240, ledger.Prompts);
        Assert.Equal(AlarmedRun.RaisedAt, ledger.Alarm!.RaisedAt);
        Assert.StartsWith("The reward rose while pocket-gold fell: from ", ledger.Verdict.Sentence, StringComparison.Ordinal);
        Assert.Equal(LinkState.Broken, ledger.Verdict.PolicyToEvaluation);
        Assert.DoesNotContain(ledger.PolicyToEvaluation, curve => curve.Direction == "none" && curve.PeakSet is not null);
    }

    [Fact]
    public void Of_CurveOfGold_IsThatOfTheEvents()
    {
        var curve = LedgerOf(alarmed.Run).PolicyToEvaluation.Single(one => one.Series == Gold);
        var judged = Judged("pocket-gold");
        double[] Values(int step) => [.. Rows(judged[step]).Select(row => row.Scores!["pocket-gold"].Value!.Value)];

        Assert.Equal(240, curve.N);
        Assert.Equal(judged.Values.Select(one => one.Aggregates[0].Mean), curve.Means.Select(mean => mean.Value), new Close());
        Assert.Equal(judged.Values.Select(one => one.Aggregates[0].StandardError), curve.Means.Select(mean => mean.StandardError!.Value),
            new Close());
        var differences = Values(24).Zip(Values(0), (after, before) => after - before).ToArray();
        Assert.Equal(differences.Average(), curve.Change.Value, 1e-12);
        Assert.Equal("t", curve.Change.Method);
    }

    [Fact]
    public void Of_SeriesOfASlice_RestsOnItsPromptsAlone()
    {
        var ledger = LedgerOf(alarmed.Run);
        var slices = RolloutRow.Read(alarmed.Run.Artefacts, Rollouts()[0].Artefact).CountBy(row => row.Slices["family"])
            .ToDictionary(family => family.Key, family => family.Value);

        Assert.Equal(slices["harmful"], ledger.PolicyToEvaluation.Single(one => one.Series == "eval/pocket-checks/refuses-harmful").N);
        Assert.Equal(slices["list"], ledger.PolicyToEvaluation.Single(one => one.Series == "eval/pocket-checks/list-complete").N);
    }

    [Fact]
    public void Of_LengthBudget_IsThe95thPercentileOfTheComparisons()
    {
        var evidence = RunEvidence.Read(alarmed.Run, Metrics);
        var labelled = alarmed.Run.Training().Select(read => read.Event).OfType<PreferenceLabelled>().First();
        var lengths = JsonLines.Read<ActorRlhf.Actors.Runs.Pipeline.ComparisonRow>(alarmed.Run.Artefacts.Read(labelled.Artefact))
            .SelectMany(row => (int[])[row.ChosenIds.Length, row.RejectedIds.Length]).ToArray();
        var budget = evidence.Preferences.LengthBudget!.Value;

        Assert.True(lengths.Count(length => length <= budget) >= .95 * lengths.Length);
        Assert.True(lengths.Count(length => length < budget) < .95 * lengths.Length);
        Assert.Equal(
            Rollouts()[^1].Lengths.Values.Average(length => length <= budget ? 1.0 : 0),
            LedgerOf(alarmed.Run).PolicyToEvaluation.Single(one => one.Series == LengthBudget.Series).Means[^1].Value, 1e-12);
    }

    [Fact]
    public void Of_Attribution_AddsUpToTheProxysGain()
    {
        var attribution = LedgerOf(alarmed.Run).Attribution!;
        var scored = alarmed.Run.Evaluations().Select(read => read.Event).OfType<RewardScored>().ToDictionary(one => one.Step);
        var gain = scored[attribution.To].Result.Values.Average() - scored[attribution.From].Result.Values.Average();

        Assert.Equal(gain, attribution.Length!.Gain.Value, 1e-9);
        Assert.Equal(gain, attribution.Length.Parts.BetweenLength + attribution.Length.Parts.WithinLength, 1e-9);
        Assert.NotEmpty(attribution.Moved);
        Assert.All(attribution.Moved, one => Assert.True(one.ScoreAfter < one.ScoreBefore && one.ProxyAfter > one.ProxyBefore));
        Assert.All(attribution.Phrases, one => Assert.InRange(one.PHolm, 0, .05));
    }

    [Fact]
    public void Of_OwnCompletions_CountPairsThatGoldTellsApart()
    {
        var last = LedgerOf(alarmed.Run).RewardToPolicy!.OwnCompletions[^1];
        var gold = Judged("pocket-gold");
        var scored = alarmed.Run.Evaluations().Select(read => read.Event).OfType<RewardScored>().ToDictionary(one => one.Step);
        double[] Gold(int step) => [.. Rows(gold[step]).Select(row => row.Scores!["pocket-gold"].Value!.Value)];
        var (before, after) = (Gold(0), Gold(24));
        var pairs = Enumerable.Range(0, 240).Where(i => before[i] != after[i]).ToArray();
        var right = pairs.Count(i =>
            after[i] > before[i] == scored[24].Result.Values[i] > scored[0].Result.Values[i]);

        Assert.Equal((24, pairs.Length), (last.Step, last.Accuracy!.N));
        Assert.Equal((double)right / pairs.Length, last.Accuracy.Value, .5 / pairs.Length + 1e-12);
    }

    [Fact]
    public void Of_SameLogTwice_IsTheSameLedger() => Assert.Equal(
        JsonSerializer.Serialize(LedgerOf(alarmed.Run), EventJson.Format),
        JsonSerializer.Serialize(LedgerOf(new RunReader(ActorRlhf.Actors.Log.Storage.DataDirectory.OpenForReading(alarmed.Directory).Store)
            .Read(AlarmedRun.Id)), EventJson.Format));

    [Fact]
    public void Of_NobodyKnowsTheEvaluators_SaysWhatIsMissingAndNoVerdict()
    {
        var ledger = MismatchLedger.Of(RunEvidence.Read(alarmed.Run, (_, _) => null), AlarmFold.Of(alarmed.Run, (_, _) => null));

        Assert.Contains("version 1.0.0", ledger.Missing.Single(one => one.Figure == "eval/pocket-gold").Why, StringComparison.Ordinal);
        Assert.Null(ledger.Yardstick);                          // the length budget alone says nothing of what is good
        Assert.Null(ledger.Checkpoint);
        Assert.Equal(LengthBudget.Series, Assert.Single(ledger.PolicyToEvaluation).Series);
    }

    /// <summary>A score that is no number is one that nobody has: what rests on others stays.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(240)]
    public void Of_RewardModelThatFailed_LeavesOutWhatItFailedOn(int completions)
    {
        var evidence = RunEvidence.Read(alarmed.Run, Metrics);
        var last = evidence.Evaluations[^1];
        var failed = last with
        {
            Proxy = [.. last.Proxy.Select((score, i) => i < completions ? double.NaN : score)],
            Members = [[.. last.Members[0].Select((score, i) => i < completions ? float.NaN : score)], .. last.Members[1..]],
            Kl = [.. last.Kl!.Select(_ => double.NaN)],
        };

        var ledger = MismatchLedger.Of(
            evidence with { Evaluations = [.. evidence.Evaluations.SkipLast(1), failed] }, AlarmFold.Of(alarmed.Run, Metrics));

        var gold = ledger.PolicyToEvaluation.Single(one => one.Series == Gold);
        Assert.Equal((240, completions == 240 ? null : 239), (gold.Change.N, gold.ProxyChange?.N));
        Assert.Null(gold.Law!.PastPeak);
        Assert.Equal(completions == 240, ledger.RewardToPolicy!.OwnCompletions[^1].Accuracy is null);
    }

    /// <summary>An item that failed is no item that a metric does not apply to.</summary>
    [Fact]
    public void Of_ItemsThatFailedAtFirst_AreLeftOutWhereTheyFailedAlone()
    {
        var evidence = RunEvidence.Read(alarmed.Run, Metrics);
        var gold = evidence.Find(Gold)!;
        var failed = gold with
        {
            Scores = [[.. gold.Scores[0]!.Select((score, i) => i < 100 ? double.NaN : score)], .. gold.Scores.Skip(1)],
        };

        Assert.Equal(240, failed.Prompts.Length);
        Assert.Equal(140, failed.PromptsAt([0, 1]).Length);
        Assert.Equal(240, failed.PromptsAt([1, 2]).Length);
    }

    [Fact]
    public async Task Of_RunThatWasEvaluatedOnce_IsNotEnough()
    {
        var gate = new Gate(step: 1);
        await using var host = await RunsHost.StartAsync(children: pool => new GatedChildren(pool, gate));
        await host.LaunchAsync("run", Some.Recipe());
        await gate.Reached;

        var ledger = LedgerOf(host.Read("run"));
        gate.OpenAtDisposal(host);

        Assert.Equal("Not enough to say: only step 0 was evaluated on held-out prompts.", ledger.Verdict.Sentence);
        Assert.Equal((false, LinkState.Unknown), (ledger.Verdict.Mismatch, ledger.Verdict.PolicyToEvaluation));
    }

    SortedDictionary<int, EvaluationCompleted> Judged(string evaluator) => new(alarmed.Run.Evaluations().Select(read => read.Event)
        .OfType<EvaluationCompleted>().Where(one => one.Evaluator == evaluator).ToDictionary(one => one.Step));

    RolloutCollected[] Rollouts() => [.. alarmed.Run.Evaluations().Select(read => read.Event).OfType<RolloutCollected>()];

    IReadOnlyList<EvaluationRow> Rows(EvaluationCompleted judged) =>
        JsonLines.Read<EvaluationRow>(alarmed.Run.Artefacts.Read(judged.Artefact));

    sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double value) => 0;
    }
}
