using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>One metric over all items of a rollout.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Mean">Mean over the items that have a value; NaN if none has.</param>
/// <param name="StandardError">Sample standard deviation / √n.</param>
/// <param name="Count">n.</param>
/// <param name="Failed">Items that could not be scored.</param>
[MessagePackObject]
public sealed record MetricAggregate(
    [property: Key(0)] string Metric, [property: Key(1)] double Mean,
    [property: Key(2)] double StandardError, [property: Key(3)] int Count, [property: Key(4)] int Failed)
{
    /// <summary>Aggregates one metric over the lines of an evaluation's artefact.</summary>
    /// <exception cref="KeyNotFoundException">An item was scored without that metric.</exception>
    public static MetricAggregate Of(string metric, IReadOnlyList<EvaluationRow> rows)
    {
        var values = rows.Select(row => row.Scores).OfType<IReadOnlyDictionary<string, Score>>()
            .Select(scores => scores[metric].Value).OfType<double>().ToArray();
        var failed = rows.Count(row => row.Scores is null);
        if (values.Length == 0) return new MetricAggregate(metric, double.NaN, double.NaN, 0, failed);
        var summary = Summary.Of(values);
        return new MetricAggregate(metric, summary.Mean, summary.StandardError ?? double.NaN, values.Length, failed);
    }
}

/// <summary>An evaluator scored a rollout.</summary>
/// <param name="Step">Updates of the policy that sampled it.</param>
/// <param name="Set">The rollout's set; null for the rollout of a training step, which is only filled in.</param>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its source or binary.</param>
/// <param name="Live">true while the run goes on, false when filled in later.</param>
/// <param name="Rollout">Artefact of the rollout.</param>
/// <param name="Items">How many completions it saw.</param>
/// <param name="Aggregates">One per metric.</param>
/// <param name="Artefact">JSON lines: per item every score, what was extracted and why.</param>
/// <param name="Source">The point of the training stream that was looked at.</param>
[EventName("evaluation.completed/1"), MessagePackObject]
public sealed record EvaluationCompleted(
    [property: Key(0)] int Step, [property: Key(1)] string? Set, [property: Key(2)] string Evaluator,
    [property: Key(3)] string Version, [property: Key(4)] ContentHash Hash,
    [property: Key(5)] bool Live, [property: Key(6)] ContentHash Rollout,
    [property: Key(7)] int Items, [property: Key(8)] MetricAggregate[] Aggregates,
    [property: Key(9)] ContentHash Artefact, [property: Key(10)] StreamHead Source) : IEvent;

/// <summary>An evaluator could not score a rollout; the run goes on.</summary>
/// <param name="Step">Updates of the policy that sampled it.</param>
/// <param name="Set">The rollout's set.</param>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rollout">Artefact of the rollout.</param>
/// <param name="Reason">The error.</param>
/// <param name="Source">The point of the training stream that was looked at.</param>
[EventName("evaluation.failed/1"), MessagePackObject]
public sealed record EvaluationFailed(
    [property: Key(0)] int Step, [property: Key(1)] string Set, [property: Key(2)] string Evaluator, [property: Key(3)] string Version,
    [property: Key(4)] ContentHash Rollout, [property: Key(5)] string Reason, [property: Key(6)] StreamHead Source) : IEvent;

/// <summary>A person ended the quarantine of an evaluator: it is asked again.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">The version that was not asked.</param>
/// <param name="By">Who.</param>
[EventName("evaluator.released/1"), MessagePackObject]
public sealed record EvaluatorReleased(
    [property: Key(0)] string Evaluator, [property: Key(1)] string Version, [property: Key(2)] string By) : IEvent;

/// <summary>A series' part in an alarm.</summary>
/// <param name="Series"><c>eval/EVALUATOR/METRIC</c>, or <c>heldout/length-budget</c>.</param>
/// <param name="Evidence">Its part of S.</param>
/// <param name="Earlier">The earlier step of the two between which it fell most surely while the proxy rose.</param>
/// <param name="Later">The later one.</param>
[MessagePackObject]
public sealed record MismatchSeries(
    [property: Key(0)] string Series, [property: Key(1)] double Evidence, [property: Key(2)] int Earlier, [property: Key(3)] int Later);

/// <summary>A completion that weighs in an alarm: its score fell between the two steps of the first series.</summary>
/// <param name="Prompt">The prompt's place in the rollout.</param>
/// <param name="Before">Score at the earlier step, 0 to 1, more being better.</param>
/// <param name="After">Score at the later step.</param>
[MessagePackObject]
public sealed record MismatchCompletion([property: Key(0)] int Prompt, [property: Key(1)] double Before, [property: Key(2)] double After);

/// <summary>
/// The alarm was raised, once: development evaluations fell while the reward rose, and in a run without that it seldom is.
/// </summary>
/// <param name="Step">Updates of the policy at the evaluation that raised it.</param>
/// <param name="Set">The held-out set.</param>
/// <param name="Evidence">S, the sum of the evidence.</param>
/// <param name="Threshold">1/α, which it reached.</param>
/// <param name="Series">Those with a part in it, the largest first.</param>
/// <param name="Completions">Those that fell most in the first series.</param>
/// <param name="Best">The earliest step that may be the best of the development evaluations; null where nothing can say so.</param>
/// <param name="Source">The point of the training stream that was looked at.</param>
[EventName("mismatch.detected/1"), MessagePackObject]
public sealed record MismatchDetected(
    [property: Key(0)] int Step, [property: Key(1)] string Set, [property: Key(2)] double Evidence, [property: Key(3)] double Threshold,
    [property: Key(4)] MismatchSeries[] Series, [property: Key(5)] MismatchCompletion[] Completions,
    [property: Key(6)] int? Best, [property: Key(7)] StreamHead Source) : IEvent;
