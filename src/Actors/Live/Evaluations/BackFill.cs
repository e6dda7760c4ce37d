using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Live.Evaluations;

/// <summary>
/// Lets an evaluator judge what logs have, part by part. What it has judged is in the log, so whoever begins again goes on.
/// </summary>
/// <param name="store">Where the runs are.</param>
/// <param name="evaluations">Asks the evaluations of a run.</param>
public sealed class BackFill(Store store, Func<RunId, EvaluationRequest, CancellationToken, Task<object>> evaluations)
{
    const int ItemsAtOnce = 1024, MostAttempts = 3;
    static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>Judges what was asked for.</summary>
    /// <param name="asked">Which rollouts of which runs; a run that was deleted has none.</param>
    /// <param name="evaluator">Who judges.</param>
    /// <param name="progress">Hears the share that is done.</param>
    /// <param name="ct">Ends it behind a part.</param>
    /// <returns>What came of it. An evaluator that fails at all that it is asked, twice, ends it.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; what was judged is stored.</exception>
    public async Task<BackFillEnded> RunAsync(
        BackFillAsked asked, EvaluatorDescription evaluator, Action<double> progress, CancellationToken ct)
    {
        var (judged, failed, problem, share) = (0, 0, default(string), 0.0);
        foreach (var (index, name) in asked.Runs.Index())
        {
            var run = RunId.Parse(name);
            using var parts = Parts(run, asked, evaluator.Needs).GetEnumerator();
            while (true)
            {
                // A log that is damaged keeps no other from being judged.
                try
                {
                    if (!parts.MoveNext()) break;
                }
                catch (Exception damaged) when (RunDamage.Is(damaged))
                {
                    (failed, problem) = (failed + 1, problem ?? $"run {run}: {damaged.Message}");
                    break;
                }
                var part = parts.Current;
                // What failed because a process died is judged by the next one; what fails again and again is left.
                for (var (attempt, before) = (1, judged); ; attempt++)
                {
                    ct.ThrowIfCancellationRequested();
                    var reply = await AskAsync(run, new FillIn(evaluator, part.Rollouts), ct).ConfigureAwait(false);
                    if (reply is not FilledIn filled)
                        return new BackFillEnded(asked.Id, judged, failed, $"run {run}: {EvaluationsLost.Why(reply)}");
                    judged += filled.Judged;
                    if (filled.Failures.Count == 0) break;
                    var isItsOwn = filled.Failures.Any(one => !one.IsLost);   // and not that there is nothing to judge
                    var isHopeless = isItsOwn && judged == before && attempt > 1;
                    if (isItsOwn && !isHopeless && attempt < MostAttempts) continue;
                    failed += filled.Failures.Count;
                    var (rollout, reason, _) = filled.Failures[0];
                    problem ??= FormattableString.Invariant($"step {rollout.Step} of run {run}: {reason}");
                    if (isHopeless) return new BackFillEnded(asked.Id, judged, failed, problem);
                    break;
                }
                progress(share = Math.Max(share, (index + part.Share) / asked.Runs.Length));
            }
        }
        return new BackFillEnded(asked.Id, judged, failed, problem);
    }

    /// <summary>
    /// Asks again, with growing pauses, where the journal was busy or away: as long as a run waits for it, and a little more.
    /// </summary>
    async Task<object> AskAsync(RunId run, EvaluationRequest request, CancellationToken ct)
    {
        for (var pause = s_firstPause; ; pause *= 2)
        {
            var reply = await evaluations(run, request, ct).ConfigureAwait(false);
            if (reply is not EvaluationsLost { MayPass: true } || pause > s_longestPause) return reply;
            await Task.Delay(pause, ct).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A run's rollouts that can be judged, in parts of some thousand completions, each with the share that is done behind it.
    /// </summary>
    IEnumerable<(IReadOnlyList<LoggedRollout> Rollouts, double Share)> Parts(RunId run, BackFillAsked asked, EvaluatorNeeds needs)
    {
        var reader = new RunReader(store);
        if (!reader.Has(run)) yield break;
        var record = reader.Read(run);
        var last = Math.Max(1.0, Math.Min(record.State.Step, asked.LastStep ?? int.MaxValue));
        var (part, items) = (new List<LoggedRollout>(), 0);
        // Of everything, what compares two completions can judge the held-out rollouts; of training alone it says why it cannot.
        bool IsWanted(int step, string? set) =>
            asked.Wants(step, set) && (set is not null || asked.Set is BackFillAsked.Train || !needs.HasFlag(EvaluatorNeeds.Pairs));
        foreach (var rollout in LoggedRollout.Of(record, IsWanted))
        {
            part.Add(rollout);
            if ((items += rollout.Count) < ItemsAtOnce) continue;
            yield return (part, Math.Min(1, rollout.Step / last));
            (part, items) = ([], 0);
        }
        if (part.Count > 0) yield return (part, 1);
    }
}
