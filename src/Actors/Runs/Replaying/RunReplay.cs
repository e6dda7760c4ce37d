using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Replaying;

/// <summary>A run at the end of its log or right after one of its steps, rebuilt from its events alone.</summary>
/// <param name="Plan">What it was told.</param>
/// <param name="State">Its state there.</param>
/// <param name="Head">The last event of the training stream that counts.</param>
/// <param name="Trajectory">Digest of what made the weights up to there.</param>
/// <param name="LastMetrics">Metrics of the last step that has any, joined by those of its evaluation; null before there are any.</param>
/// <param name="LastEvaluation">Metrics of the last evaluation on held-out prompts alone; null before that.</param>
/// <param name="Curve">The held-out evaluations up to there, in order of the steps.</param>
/// <param name="Events">How many events were read: the training stream up to there, and the evaluation stream.</param>
/// <param name="Bytes">Their envelopes and payloads.</param>
/// <param name="EqualsCompleted">Whether <c>run.completed</c> was among them; the state's hash is then the one that it names.</param>
public sealed record RunReplay(
    RunId Run, RunPlan Plan, RunState State, StreamHead Head, ContentHash Trajectory, StepMetrics? LastMetrics, StepMetrics? LastEvaluation,
    IReadOnlyList<HeldoutPoint> Curve, long Events, long Bytes, bool EqualsCompleted)
{
    /// <summary>Replays a run: one pass over each stream, whose chain is verified on the way.</summary>
    /// <param name="streams">The run's events. Nothing else is read, and nothing is written.</param>
    /// <param name="at">
    /// Stop right after the event that ends this step: its <c>policy.updated</c>, <c>step.skipped</c> or <c>step.rolled-back</c>; 0 is
    /// after the last stage before RL. Evaluations count that belong to this step or an earlier one. null: the end of the log.
    /// </param>
    /// <exception cref="StepNotLoggedException">The log ends before that step.</exception>
    /// <exception cref="BrokenChainException">An event is missing, altered or not linked to the one before.</exception>
    /// <exception cref="UnknownEventException">This build does not know an event.</exception>
    /// <exception cref="UnreadableEventException">The bytes of an event are damaged.</exception>
    /// <exception cref="StateMismatchException">The run was completed in another state.</exception>
    /// <remarks>Memory does not grow with the events, only with the held-out evaluations, by about a hundred bytes each.</remarks>
    public static RunReplay Of(RunStreams streams, int? at = null)
    {
        var (point, latest, evaluated, curve) = (RunPoint.Empty, new LatestStep(), new LatestStep(), new HeldoutPoints());
        var (events, bytes, reached, equal) = (0L, 0L, at is null, false);
        foreach (var read in streams.VerifiedTraining())
        {
            (events, bytes) = (events + 1, bytes + read.Stored.Size);
            point = point.Add(read);
            latest.Add(read.Event);
            if (read.Event is RunCompleted completed) equal = EnsureEqual(streams.Run, point.State, completed);
            reached = at is null || EventSteps.EndedBy(read.Event) == at;
            if (at is not null && reached) break;
        }
        if (!reached) throw new StepNotLoggedException(streams.Run, at!.Value, point.State);

        foreach (var read in streams.VerifiedEvaluations())
        {
            (events, bytes) = (events + 1, bytes + read.Stored.Size);
            if (EventSteps.Of(read.Event) > at) continue;
            latest.Add(read.Event);
            evaluated.Add(read.Event);
            curve.Add(read.Event);
        }
        var plan = RunPlan.Of(RecipeInForce.Of(streams.Run, point.State));
        return new RunReplay(streams.Run, plan, point.State, point.Head, point.Trajectory,
            latest.Metrics(plan.Episodes), evaluated.Metrics(plan.Episodes), curve.Points, events, bytes, equal);
    }

    static bool EnsureEqual(RunId run, RunState state, RunCompleted completed) => state.Hash() is var hash && hash == completed.StateHash
        ? true
        : throw new StateMismatchException(run, hash, completed.StateHash, state.Started?.Build ?? "unknown");
}
