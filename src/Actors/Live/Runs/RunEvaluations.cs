using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>The evaluations of a run, as its work sees them: actors beside the run.</summary>
/// <param name="evaluations">Those of all runs.</param>
sealed class RunEvaluations(IActorRef evaluations, RunContext run) : IHeldoutEvaluations
{
    const int MostAttempts = 3;

    /// <summary>Returns when the evaluation stream was read.</summary>
    /// <exception cref="EvaluationsLostException">It cannot be read.</exception>
    public Task<EvaluationsOpen> OpenAsync(CancellationToken ct) => AskAsync<EvaluationsOpen>(new OpenEvaluations(), ct);

    /// <inheritdoc/>
    public async Task<HeldoutPoint?> FindAsync(int step, CancellationToken ct) =>
        (await AskAsync<HeldoutFound>(new FindHeldout(step), ct).ConfigureAwait(false)).Evaluated;

    /// <inheritdoc/>
    public Task<HeldoutPoint> RecordAsync(HeldoutRollout rollout, CancellationToken ct) =>
        AskAsync<HeldoutPoint>(new RecordHeldout(rollout, [.. run.World.Evaluators.Select(BuiltInJudge.Describe)]), ct);

    async Task<T> AskAsync<T>(EvaluationRequest request, CancellationToken ct)
    {
        // Repeating a request changes nothing; an actor that has stopped for no reason is there again for the next one.
        for (var attempt = 1; ; attempt++)
            switch (await evaluations.AskAsync<object>(new ForEvaluations(run.Id, request), ct).ConfigureAwait(false))
            {
                case T answer: return answer;
                case EvaluationsLost { Problem: null } when attempt < MostAttempts: break;
                case EvaluationsLost lost: throw new EvaluationsLostException(lost);
                case var other: throw new InvalidOperationException($"{other} is no answer to {request}");
            }
    }
}

/// <summary>The evaluation stream cannot be read or written: nothing that the run could try again.</summary>
sealed class EvaluationsLostException(EvaluationsLost lost) : Exception($"the evaluations of run {lost.Run} are out of reach")
{
    /// <summary>What their actor said; null if it said nothing.</summary>
    public object? Problem { get; } = lost.Problem;
}
