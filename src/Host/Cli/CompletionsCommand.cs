using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>completions</c>: what the policy said, and what was thought of it.</summary>
static class CompletionsCommand
{
    const string Training = "training", Heldout = "heldout";

    public static Command Create()
    {
        var (run, data, json, steps) = (Options.Run(), Options.Data(), Options.Json(), Options.Steps());
        var set = new Option<string?>("--set")
        {
            Description = "Only rollouts of training, or only those of held-out prompts.",
        }.OneOf(Training, Heldout);
        var prompt = new Option<string?>("--prompt")
        {
            Description = "Only prompts with this id, or with this text in them.",
            HelpName = "TEXT",
        };
        var limit = Options.OptionalNumber("--limit", "N", "At most so many completions.", 0, int.MaxValue);
        var command = new Command("completions", "Prints completions with their scores.") { run, data, json, steps, set, prompt, limit };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json),
            parse.GetValue(steps) ?? StepRange.All, parse.GetValue(set), parse.GetValue(prompt), parse.GetValue(limit) ?? int.MaxValue));
        return command;
    }

    static int Execute(string name, string? data, bool json, StepRange steps, string? set, string? prompt, int limit)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory.Store).Open(name);
        var chosen = CompletionView.Of(run, rollout => steps.Contains(rollout.Step) && (set is null || set == SetOf(rollout)), steps.First);
        var found = 0;
        bool IsAsked(CompletionView view) =>
            prompt is null || view.PromptId == prompt || view.Prompt.Contains(prompt, StringComparison.OrdinalIgnoreCase);
        foreach (var view in chosen.Where(IsAsked).Take(limit))
        {
            found++;
            if (json) JsonOutput.Write(view with { Set = view.Set ?? Training });
            else Print(view with { Set = view.Set ?? Training });
        }
        if (found == 0 && limit > 0)
            Talk.Say(chosen.FirstOrDefault() is { } other
                ? $"no prompt there has the id or the text '{prompt}'; one of them is {other.PromptId}: {other.Prompt}"
                    + (other.PromptSeen is null ? "" : " [of which the policy was given the end only]")
                : WhatThereIs(run));
        return ExitCode.Done;
    }

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

    static void Print(CompletionView view)
    {
        var scores = string.Join(", ", view.Scores.Select(score => Figures.Of(score.Value)));
        var kl = view.Kl is { } nats ? $"kl {Figures.Of(nats)}" : "kl not measured, for the step was not applied";
        var length = Counted.Of(view.Length, "token");
        var place = $"step {Figures.Of(view.Step)}, {Tables.OneLine($"{view.Set}, {view.PromptId}")}, sample {Figures.Of(view.Sample)}";
        var seen = view.PromptSeen is { } end ? $"\n  [the prompt was cut; the policy was given only this] {Tables.OneLine(end)}" : "";
        Console.Out.Write(
            $"""
            {place}: reward {Figures.Of(view.Reward)} ({scores}), {kl}, {length}, {Tables.OneLine(view.StopReason)}
              {Tables.OneLine(view.Prompt)}{seen}
              ⟶ {Tables.OneLine(view.Completion)}

            """.ReplaceLineEndings("\n"));
    }
}
