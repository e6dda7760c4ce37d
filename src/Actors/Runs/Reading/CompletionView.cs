using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One completion with everything the log says of it.</summary>
/// <param name="Step">The rollout's step.</param>
/// <param name="Set">null in training, <c>heldout:NAME</c> otherwise.</param>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Sample">Its place in the rollout.</param>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Completion">The completion's text.</param>
/// <param name="Scores">Score by member.</param>
/// <param name="Reward">The aggregated score.</param>
/// <param name="Kl">Σ k1 over the completion, nats; null if the step was not applied before it was measured.</param>
/// <param name="Length">Tokens.</param>
/// <param name="StopReason"><c>eos</c> or <c>length</c>.</param>
/// <param name="PromptSeen">
/// Where <c>data.maxPromptTokens</c> cut the prompt: what the policy was given of it. null where that is all.
/// </param>
public sealed record CompletionView(
    int Step, string? Set, string PromptId, int Sample, string Prompt, string Completion,
    IReadOnlyDictionary<string, double> Scores, double Reward, double? Kl, int Length, string StopReason,
    string? PromptSeen)
{
    /// <summary>The completions of a run: training first, then held-out, each in order of the steps.</summary>
    /// <param name="wanted">Which rollouts; only their artefacts are read.</param>
    /// <param name="from">None of them is of an earlier step.</param>
    public static IEnumerable<CompletionView> Of(RunRecord run, Func<RolloutCollected, bool> wanted, int from = 0)
    {
        var cut = new CutPrompts(run);
        return Of(run, cut, run.TrainingFrom(from), wanted).Concat(Of(run, cut, run.Evaluations(), wanted));
    }

    static IEnumerable<CompletionView> Of(RunRecord run, CutPrompts cut, IEnumerable<ReadEvent> stream, Func<RolloutCollected, bool> wanted)
    {
        RolloutCollected? rollout = null;
        RewardScored? scored = null;
        foreach (var fact in stream.Select(read => read.Event))
        {
            switch (fact)
            {
                case RolloutCollected collected:
                    if (rollout is not null && scored is not null)
                        foreach (var view in Join(run, cut, rollout, scored, null))
                            yield return view;
                    (rollout, scored) = (wanted(collected) ? collected : null, null);
                    break;
                case RewardScored scores when rollout is not null:
                    scored = scores;
                    break;
                case KlMeasured kl when rollout is not null && scored is not null:
                    foreach (var view in Join(run, cut, rollout, scored, kl)) yield return view;
                    rollout = null;
                    break;
            }
        }
        if (rollout is not null && scored is not null) foreach (var view in Join(run, cut, rollout, scored, null)) yield return view;
    }

    static IEnumerable<CompletionView> Join(RunRecord run, CutPrompts cut, RolloutCollected rollout, RewardScored scored, KlMeasured? kl)
    {
        var rows = RolloutRow.Read(run.Artefacts, rollout.Artefact);
        return rows.Select((row, i) => new CompletionView(rollout.Step, rollout.Set, row.PromptId, i, row.Prompt, row.Completion,
            Enumerable.Range(0, scored.Members)
                .ToDictionary(member => $"member-{member}", member => scored.Scores.Values[member * rows.Count + i]),
            scored.Result.Values[i], kl?.K1.Values[i], row.TokenIds.Length, row.StopReason, cut.Seen(row)));
    }
}
