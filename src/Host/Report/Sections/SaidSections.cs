using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>What the policy said: the same prompt across steps, and all completions that the report holds.</summary>
static class SaidSections
{
    const int StoriesShown = 24;

    public static Section Stories(RunContent run)
    {
        var all = run.Completions;
        var some = all with { Prompts = [.. all.Prompts.Take(StoriesShown)] };
        return new Section("prompts", "The same prompt across steps",
        [
            new Paragraph(
                $"Words are marked that the completion at the step before does not have. Shown: {Figures.Of(some.Prompts.Count)} of "
                    + $"{Figures.Of(all.AllPrompts)} prompts, those that moved most first, at {Figures.Of(all.Steps.Count)} of "
                    + $"{Figures.Of(all.AllSteps)} evaluated steps: {Shown.Steps(all.Steps)}."),
            new Stories(some, run.ScoreName),
        ]);
    }

    public static Section Completions(RunContent run)
    {
        var all = run.Completions;
        return new Section("completions", "Completions",
        [
            new Paragraph(
                $"{Figures.Of(all.Prompts.Count)} of {Figures.Of(all.AllPrompts)} prompts at {Figures.Of(all.Steps.Count)} of "
                    + $"{Figures.Of(all.AllSteps)} evaluated steps; the others are left out. All of them: actorrlhf completions "
                        + $"{run.Ledger.Run} --set heldout"),
            new CompletionTable(all, run.ScoreName),
        ]);
    }
}
