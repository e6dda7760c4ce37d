using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>Pass a request on to the evaluations of a run; the reply is theirs, or <see cref="EvaluationsLost"/>.</summary>
public sealed record ForEvaluations(RunId Run, EvaluationRequest Request);

/// <summary>Let nobody have the evaluation stream of a run open; the reply is <see cref="EvaluationsClosed"/>.</summary>
public sealed record CloseEvaluations(RunId Run);

/// <summary>Nobody has the evaluation stream of a run open, until somebody asks for it again.</summary>
public sealed record EvaluationsClosed(RunId Run);

/// <summary>What the evaluations of a run can be asked. Repeating a request changes nothing.</summary>
public abstract record EvaluationRequest;

/// <summary>Read the evaluation stream; the reply is <see cref="EvaluationsOpen"/>.</summary>
public sealed record OpenEvaluations : EvaluationRequest;

/// <summary>The evaluation stream was read.</summary>
public sealed record EvaluationsOpen;

/// <summary>Look for the held-out evaluation after a step; the reply is <see cref="HeldoutFound"/>.</summary>
/// <param name="Step">Steps behind the policy.</param>
public sealed record FindHeldout(int Step) : EvaluationRequest;

/// <summary>What there is of a held-out evaluation.</summary>
/// <param name="Evaluated">Its figures; null if there is none yet.</param>
public sealed record HeldoutFound(HeldoutPoint? Evaluated);

/// <summary>Have a rollout judged and store all of it; the reply is <see cref="HeldoutPoint"/>.</summary>
/// <param name="Rollout">What was sampled and scored.</param>
/// <param name="Evaluators">Who judges it.</param>
public sealed record RecordHeldout(HeldoutRollout Rollout, IReadOnlyList<EvaluatorDescription> Evaluators) : EvaluationRequest;

/// <summary>
/// Have an evaluator judge rollouts of the log that it has not judged in that version, and store what it says; the reply is
/// <see cref="FilledIn"/>.
/// </summary>
/// <param name="Evaluator">Who judges.</param>
/// <param name="Rollouts">Of the run's own log.</param>
public sealed record FillIn(EvaluatorDescription Evaluator, IReadOnlyList<LoggedRollout> Rollouts) : EvaluationRequest;

/// <summary>What came of it.</summary>
/// <param name="Judged">Rollouts that were judged now.</param>
/// <param name="Failures">Why others were not, and whether that is because their completions are lost.</param>
public sealed record FilledIn(int Judged, IReadOnlyList<(LoggedRollout Rollout, string Reason, bool IsLost)> Failures);

/// <summary>Store what the policy after a step did of a benchmark; the reply is <see cref="BenchmarkRecorded"/>.</summary>
/// <param name="Done">What it did.</param>
/// <param name="By">The person or token that asked for it.</param>
public sealed record RecordBenchmark(BenchmarkDone Done, string By) : EvaluationRequest;

/// <summary>It is in the log.</summary>
/// <param name="Benchmark">What is there: where the same was asked before, what came of it then.</param>
public sealed record BenchmarkRecorded(BenchmarkCompleted Benchmark);

/// <summary>Ask an evaluator again that is in quarantine; the reply is <see cref="EvaluatorFree"/>.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="By">The person or token that asks.</param>
public sealed record ReleaseEvaluator(string Evaluator, string Version, string By) : EvaluationRequest;

/// <summary>An evaluator is not in quarantine.</summary>
/// <param name="Released">Whether it was until now.</param>
public sealed record EvaluatorFree(bool Released);

/// <summary>The reply where the evaluation stream cannot be read or written.</summary>
/// <param name="Problem">
/// <c>PersistFailed</c> or <c>StreamRecoveryFailed</c>; null where the actor has stopped and nobody knows why.
/// </param>
public sealed record EvaluationsLost(RunId Run, object? Problem)
{
    /// <summary>Whether asking again may help: the journal was busy or away.</summary>
    internal bool MayPass =>
        Problem is PersistFailed { NeedsPerson: false } || Problem is StreamRecoveryFailed failed && JournalFault.MayPass(failed.Cause);

    /// <summary>Why a request came to nothing.</summary>
    /// <param name="reply">The reply, which is none that the request names.</param>
    public static string Why(object reply) => reply switch
    {
        EvaluationsLost { Problem: PersistFailed failed } => failed.Reason,
        EvaluationsLost { Problem: StreamRecoveryFailed failed } => failed.Cause.Message,
        EvaluationsLost => "the evaluations of the run have stopped",
        WorkFailure failed => failed.Reason,
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "an answer of a run's evaluations"),
    };
}
