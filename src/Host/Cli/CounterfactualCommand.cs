using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Reports;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary>
/// <c>counterfactual</c>: what each step would have come to under another
/// rule, from the log alone; <c>docs/counterfactual.md</c>.
/// </summary>
static class CounterfactualCommand
{
    public static Command Create()
    {
        var (run, set, data, json, steps) = (Options.Run(), Options.Set(), Options.Data(), Options.Json(), Options.Steps("--steps"));
        set.Description = "What the other rule does otherwise, such as reward.aggregation=worst-case; "
            + $"may be repeated; none is the run's own rule. Keys: {string.Join(", ", CounterfactualRule.Keys)}.";
        var command = new Command(
            "counterfactual",
            "Computes each step's rewards, KL, advantages and losses again under another rule, without sampling or training. "
                + "What it cannot know: after step 1 the policy itself would have differed, "
                + "and every later step is still about what the real one sampled.")
        {
            run, set, steps, data, json,
        };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json),
            parse.GetValue(set)!, parse.GetValue(steps) ?? StepRange.All));
        return command;
    }

    static int Execute(string name, string? data, bool json, string[] overrides, StepRange range)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var question = CounterfactualQuestion.Of(directory.Store, name, overrides);
        var (run, steps) = (question.Run, new List<CounterfactualStep>());
        foreach (var step in question.Steps(range))
        {
            steps.Add(step);
            if (json) JsonOutput.Write(step);
        }
        if (steps.Count == 0 && (run.State.Step > 0 || range != StepRange.All))
            throw new StepNotLoggedException(run.Id, range.First, run.State, first: 1);
        if (steps.Count > 0) range.SayIfCut(run, Talk.Say);
        else Talk.Say($"run {run.Id} has not taken a step of RL");
        var summary = question.Summary(steps);
        if (json) JsonOutput.Write(new { Summary = summary });
        else if (steps.Count > 0) Print(steps, summary);
        return ExitCode.Done;
    }

    static void Print(List<CounterfactualStep> steps, CounterfactualSummary summary)
    {
        var shown = Thinned.Of(steps);
        Tables.Write(
            [
                ">step", ">score", ">would be", ">reward", ">would be", ">policy loss", ">would be", ">value loss", ">would be",
                ">rank ρ", ">sign changes", "not applied",
            ],
            shown.Select(step => (string[])
            [
                Figures.Of(step.Step),
                .. Pair(step, StepFigures.Score),
                .. Pair(step, "objective/rlhf_reward"),
                .. Pair(step, "loss/policy_avg"),
                .. Pair(step, "loss/value_avg"),
                Figures.Of(step.RankCorrelation), step.AdvantageSignChanges is { } share ? Readable.Percent(share) : "",
                step.NotApplied is { } why ? StepFault.WordsOfStep(why) : "",
            ]));
        if (shown.Count < steps.Count)
            Console.Out.Write($"{Figures.Of(shown.Count)} of {Counted.Of(steps.Count, "step")} are shown; --json has all of "
                + "them, with more figures\n\n");
        foreach (var line in CounterfactualWords.Of(summary)) Console.Out.Write(SafeText.Of(line) + "\n");
    }

    static string[] Pair(CounterfactualStep step, string figure) =>
        [Figures.Of(step.Real?.GetValueOrDefault(figure)), Figures.Of(step.Counterfactual?.GetValueOrDefault(figure))];
}
