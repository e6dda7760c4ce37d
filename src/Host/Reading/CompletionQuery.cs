using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reading;

/// <summary>Which completions of a run are asked for.</summary>
/// <param name="Steps">Of which steps.</param>
/// <param name="Set"><see cref="Training"/>, <see cref="Heldout"/>, or null for both.</param>
/// <param name="Prompt">Only prompts with this id, or with this text in them; null for all.</param>
/// <param name="Limit">At most so many.</param>
sealed record CompletionQuery(StepRange Steps, string? Set, string? Prompt, int Limit)
{
    /// <summary>Rollouts that the policy learned from.</summary>
    public const string Training = "training";
    /// <summary>Rollouts of held-out prompts.</summary>
    public const string Heldout = "heldout";

    /// <summary>Finds them: training first, then held-out, each in order of the steps.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up, also where nothing is found for long.</param>
    public Answer<CompletionView> Of(RunRecord run, CancellationToken ct)
    {
        var chosen = CompletionView.Of(run, rollout =>
        {
            ct.ThrowIfCancellationRequested();
            return Steps.Contains(rollout.Step) && (Set is null || Set == SetOf(rollout));
        }, Steps.First);
        var found = chosen.Where(IsAsked).Take(Limit).Select(view => view with { Set = view.Set ?? Training });
        return new Answer<CompletionView>(found, () =>
            Limit == 0 ? null
            : chosen.FirstOrDefault() is not { } other ? WhatThereIs(run)
            : $"no prompt there has the id or the text '{Prompt}'; one of them is {other.PromptId}: {other.Prompt}"
                + (other.PromptSeen is null ? "" : " [of which the policy was given the end only]"));
    }

    bool IsAsked(CompletionView view) =>
        Prompt is null || view.PromptId == Prompt || view.Prompt.Contains(Prompt, StringComparison.OrdinalIgnoreCase);

    static string SetOf(RolloutCollected rollout) => rollout.Set is null ? Training : Heldout;

    static string WhatThereIs(RunRecord run)
    {
        var steps = run.Training().Concat(run.Evaluations())
            .Select(read => read.Event)
            .OfType<RolloutCollected>()
            .ToLookup(SetOf, rollout => rollout.Step);
        return steps.Count == 0
            ? $"run {run.Id} has no completions yet"
            : $"no such completions: run {run.Id} has "
                + string.Join(" and ", steps.Select(one => $"{one.Key} ones of {Readable.Steps([.. one])}"));
    }
}
