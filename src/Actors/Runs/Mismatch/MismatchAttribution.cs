using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Evaluation.Statistics.Attribution;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What lies between two steps of a run: where the proxy's gain comes from, and what it looks like.</summary>
/// <param name="From">The earlier step: the advised checkpoint, or the best one by the yardstick, or step 0.</param>
/// <param name="To">The last step.</param>
/// <param name="Length">The proxy's gain as a shift of lengths and a gain at equal length, in bins of 5 tokens.</param>
/// <param name="Phrases">
/// The phrases whose share of completions changed most, both p given; only those that Holm leaves, and of those made of the same words one.
/// </param>
/// <param name="Moved">The completions whose yardstick fell most while the proxy rose, the largest fall first.</param>
public sealed record MismatchAttribution(
    int From, int To, LengthShare? Length, IReadOnlyList<PhraseShift> Phrases, IReadOnlyList<MismatchAttribution.MovedPrompt> Moved)
{
    const int PhrasesShown = 20, PromptsShown = 10;
    const double Significant = .05;

    /// <summary>A prompt that was answered otherwise.</summary>
    /// <param name="Index">Its place among the held-out prompts.</param>
    /// <param name="PromptId">Its id.</param>
    /// <param name="Prompt">Its text.</param>
    /// <param name="Before">What was said at the earlier step.</param>
    /// <param name="After">What was said at the later one.</param>
    /// <param name="ProxyBefore">Its reward.</param>
    /// <param name="ProxyAfter">Its reward.</param>
    /// <param name="ScoreBefore">By the yardstick, more being better.</param>
    /// <param name="ScoreAfter">By the yardstick.</param>
    public sealed record MovedPrompt(
        int Index, string PromptId, string Prompt, string Before, string After, double ProxyBefore, double ProxyAfter, double ScoreBefore,
        double ScoreAfter);

    /// <summary>A phrase and its parts rise together: what has no word that a phrase before it lacks says nothing new.</summary>
    static IEnumerable<PhraseShift> Telling(IReadOnlyList<PhraseShift> shifts)
    {
        var told = new List<HashSet<string>>();
        foreach (var shift in shifts.Where(one => one.PHolm < Significant)
            .OrderByDescending(one => Math.Round(Math.Abs(one.After.Value - one.Before.Value), 2))
            .ThenByDescending(one => one.Phrase.Length))
        {
            var words = shift.Phrase.Split(' ').ToHashSet();
            if (told.Count == PhrasesShown) yield break;
            if (told.Exists(words.IsSubsetOf)) continue;
            told.Add(words);
            yield return shift;
        }
    }

    /// <summary>What the log says; null with fewer than two evaluations.</summary>
    internal static MismatchAttribution? Of(RunEvidence evidence, Yardstick? yardstick, CheckpointAdvice? advice)
    {
        var steps = evidence.Evaluations;
        if (steps.Count < 2) return null;
        var advised = advice is null ? yardstick?.Highest() ?? 0 : steps.Index().First(one => one.Item.Step == advice.Step).Index;
        var from = advised == steps.Count - 1 ? 0 : advised;
        var (a, b) = (steps[from], steps[^1]);
        var count = evidence.PromptIds.Count;
        int[] scored = [.. Enumerable.Range(0, count).Where(i => double.IsFinite(a.Proxy[i]) && double.IsFinite(b.Proxy[i]))];
        var (before, after) = (Rows(a), Rows(b));
        LengthSeries Series(HeldoutEvidence one) => new([.. scored.Select(i => one.Lengths[i])], [.. scored.Select(i => one.Proxy[i])]);
        return new MismatchAttribution(
            a.Step, b.Step, scored.Length < 2 ? null : LengthShare.Of(Series(a), Series(b), evidence.Run.Plan.Seed),
            scored.Length == 0 ? [] :
            [
                .. Telling(PhraseShifts.Of(
                    [.. scored.Select(i => before[i].Completion)], [.. scored.Select(i => after[i].Completion)],
                    [.. scored.Select(i => a.Proxy[i])], [.. scored.Select(i => b.Proxy[i])])),
            ],
            yardstick is null ? [] : Moved(yardstick));

        IReadOnlyList<RolloutRow> Rows(HeldoutEvidence one) => RolloutRow.Read(evidence.Run.Artefacts, one.Rollout);

        IReadOnlyList<MovedPrompt> Moved(Yardstick by) =>
        [
            .. by.Prompts.Index()
                .Select(one => (i: one.Item, at: one.Index))
                .Select(one => new MovedPrompt(
                    one.i, evidence.PromptIds[one.i], before[one.i].Prompt, before[one.i].Completion, after[one.i].Completion,
                    a.Proxy[one.i], b.Proxy[one.i], by.Scores[from][one.at], by.Scores[^1][one.at]))
                .Where(one => one.ScoreAfter < one.ScoreBefore && one.ProxyAfter > one.ProxyBefore)
                .OrderBy(one => one.ScoreAfter - one.ScoreBefore).ThenByDescending(one => one.ProxyAfter - one.ProxyBefore)
                .Take(PromptsShown),
        ];
    }
}
