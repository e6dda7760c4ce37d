using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Content;

/// <summary>What the policy said to some prompts at some steps: a report is read, and so holds no whole log.</summary>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Prompts">The prompts, those that moved most first, each with what was said at every one of these steps.</param>
/// <param name="AllSteps">Steps that were evaluated.</param>
/// <param name="AllPrompts">Prompts that were asked.</param>
/// <param name="Moved">As many of the first prompts as moved most.</param>
sealed record ShownCompletions(IReadOnlyList<int> Steps, IReadOnlyList<ShownCompletions.Prompt> Prompts, int AllSteps, int AllPrompts,
    int Moved)
{
    const int MostSteps = 6, MostRows = 1_800, MostOfText = 2_000;

    /// <summary>Bytes of texts that a report holds.</summary>
    public const int Budget = 900_000;

    /// <summary>A prompt.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Text">What was asked.</param>
    /// <param name="Answers">By step.</param>
    public sealed record Prompt(string Id, string Text, IReadOnlyList<Answer> Answers);

    /// <summary>What was said.</summary>
    /// <param name="Text">The completion.</param>
    /// <param name="Reward">Its reward; NaN where a member failed.</param>
    /// <param name="Score">By the yardstick, more being better; null where it does not apply.</param>
    /// <param name="Tokens">Its length.</param>
    /// <param name="Kl">Σ k1 over it, nats; null where nobody measured it.</param>
    public sealed record Answer(string Text, double Reward, double? Score, int Tokens, double? Kl);

    /// <summary>Chooses them.</summary>
    /// <param name="evidence">The run.</param>
    /// <param name="ledger">Its ledger, which says which steps and prompts tell most.</param>
    /// <param name="runs">How many runs share the budget.</param>
    public static ShownCompletions Of(RunEvidence evidence, MismatchLedger ledger, int runs)
    {
        int[] shown = StepsOf(ledger);
        int[] at = [.. shown.Select(step => ledger.Steps.ToList().IndexOf(step))];
        var yardstick = Yardstick.Of(evidence);
        var place = yardstick?.Prompts.Select((prompt, i) => (prompt, i)).ToDictionary(one => one.prompt, one => one.i) ?? [];
        var rows = Array.ConvertAll(at, k => RolloutRow.Read(evidence.Run.Artefacts, evidence.Evaluations[k].Rollout));
        int[] moved = [.. (ledger.Attribution?.Moved ?? []).Select(one => one.Index)];
        var (prompts, left) = (new List<Prompt>(), Budget / runs);
        foreach (var i in moved.Concat(Enumerable.Range(0, evidence.PromptIds.Count).Except(moved)))
        {
            if (at.Length == 0 || (prompts.Count + 1) * at.Length > MostRows / runs) break;
            var prompt = new Prompt(evidence.PromptIds[i], Cut(rows[0][i].Prompt), [.. at.Select((k, column) => new Answer(
                Cut(rows[column][i].Completion), evidence.Evaluations[k].Proxy[i],
                place.TryGetValue(i, out var own) ? yardstick!.Scores[k][own] : null,
                (int)evidence.Evaluations[k].Lengths[i], evidence.Evaluations[k].Kl?[i]))]);
            left -= prompt.Text.Length * at.Length + prompt.Answers.Sum(answer => answer.Text.Length);
            if (left < 0) break;
            prompts.Add(prompt);
        }
        return new ShownCompletions(shown, prompts, ledger.Steps.Count, evidence.PromptIds.Count, Math.Min(moved.Length, prompts.Count));
    }

    static string Cut(string text) => VisibleText.Cut(text, MostOfText);

    /// <summary>The first and the last step, those of which the report speaks, and between them others, evenly spread.</summary>
    static int[] StepsOf(MismatchLedger ledger)
    {
        var all = ledger.Steps;
        if (all.Count <= MostSteps) return [.. all];
        var yardstick = ledger.PolicyToEvaluation.FirstOrDefault(curve => curve.Series == ledger.Yardstick);
        int?[] telling = [all[0], all[^1], ledger.Checkpoint?.Step, yardstick?.Peak, ledger.Verdict.By, ledger.Verdict.NotBefore];
        var spread = Enumerable.Range(1, MostSteps - 2).Select(i => (int?)all[i * (all.Count - 1) / (MostSteps - 1)]);
        return [.. telling.Concat(spread).OfType<int>().Where(all.Contains).Distinct().Take(MostSteps).Order()];
    }
}
