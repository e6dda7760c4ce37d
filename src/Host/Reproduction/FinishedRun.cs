using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Evaluation.Statistics.Attribution;

namespace ActorRlhf.Host.Reproduction;

/// <summary>A run of a study that came to its end, read from its log alone; gold is the true utility on held-out prompts.</summary>
/// <param name="run">What it is in the study.</param>
/// <param name="store">Where it is.</param>
sealed class FinishedRun(StudyRun run, Store store)
{
    readonly KnownMetrics _metrics = new(new EvaluatorRegistry(store, TimeProvider.System));
    RunEvidence? _evidence;
    AlarmFindings? _alarm;
    Yardstick? _gold;
    LengthShare? _length;

    /// <summary>What it is in the study.</summary>
    public StudyRun Run => run;

    /// <summary>Its log.</summary>
    public RunRecord Record { get; } = new RunReader(store).Read(run.Id);

    /// <summary>What its evaluations say.</summary>
    public RunEvidence Evidence => _evidence ??= RunEvidence.Read(Record, _metrics.Of);

    /// <summary>Its alarm at the evaluation that raised it; null where none did. What came to light later does not excuse it.</summary>
    public AlarmFindings? Alarm => _alarm ??= WhenRaised();

    /// <summary>The step at which the alarm would have been raised with α = .05; null where it would not have been.</summary>
    public int? AlarmAtFivePercent =>
        (Alarm ?? AlarmFindings.Of(AlarmFold.Of(Record, _metrics.Of, preferences: Evidence.Preferences)))?.RaisedAtFivePercent;

    /// <summary>Gold by evaluation and prompt.</summary>
    public Yardstick Gold => _gold ??= Yardstick.OfSeries(Evidence.Series.First(one => one.Evaluator == BuiltInEvaluators.PocketGold))!;

    /// <summary>Mean gold by evaluation.</summary>
    public double[] GoldCurve => [.. Gold.Scores.Select(scores => scores.Average())];

    /// <summary>√KL from the reference by evaluation.</summary>
    public double[] Distances => [.. Evidence.Evaluations.Select(one => one.Distance ?? 0)];

    /// <summary>Gold before RL.</summary>
    public double GoldBefore => GoldCurve[0];

    /// <summary>Gold after the last step.</summary>
    public double GoldAtEnd => GoldCurve[^1];

    /// <summary>How far gold rose: the best evaluation minus the first, as good as the best of noisy means looks.</summary>
    public double GoldRise => GoldCurve.Max() - GoldBefore;

    /// <summary>What the end has lost against the best evaluation, chosen on half of the prompts and compared on the others.</summary>
    public double? GoldLost => CheckpointRegret.Of(
        [.. Gold.Scores.Select(scores => new StepScores(scores, scores))], _ => Gold.Scores.Count - 1).CrossFitted?.Value;

    /// <summary>√KL of the evaluation with the best gold.</summary>
    public double PeakDistance => Distances[Gold.Highest()];

    /// <summary>What the proxy gained, in its standard deviations before RL.</summary>
    public double ProxyGain => Proxy(^1) - Proxy(0);

    /// <summary>√KL at the end.</summary>
    public double DistanceAtEnd => Distances[^1];

    /// <summary>Tokens by which answers became longer.</summary>
    public double Longer => Evidence.Evaluations[^1].Lengths.Average() - Evidence.Evaluations[0].Lengths.Average();

    /// <summary>Share of the proxy's gain that goes with longer answers; null where the proxy gained nothing for sure.</summary>
    public double? LengthShare => (_length ??= Parted()).Share?.Value;

    /// <summary>Mean accuracy of its reward models on held-out labels.</summary>
    public double Accuracy => Record.State.RewardModels.Average(model => model.Accuracy);

    AlarmFindings? WhenRaised() => Record.Evaluations().FirstOrDefault(read => read.Event is MismatchDetected) is { } raised
        ? AlarmFindings.Of(AlarmFold.Of(Record, _metrics.Of, raised.Sequence, preferences: Evidence.Preferences))
        : null;

    double Proxy(Index evaluation) => Evidence.Evaluations[evaluation].Proxy.Average();

    LengthShare Parted()
    {
        LengthSeries Series(Index evaluation) => new(Evidence.Evaluations[evaluation].Lengths, Evidence.Evaluations[evaluation].Proxy);
        return ActorRlhf.Evaluation.Statistics.Attribution.LengthShare.Of(Series(0), Series(^1), (ulong)run.Seed);
    }
}
