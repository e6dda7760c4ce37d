using System.CommandLine;
using System.IO.Enumeration;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>metrics</c>: the numbers of each step; <c>docs/metrics.md</c> explains them.</summary>
static class MetricsCommand
{
    // What shows at a glance whether the reward is earned: the proxy and the truth on held-out prompts, and what they cost.
    static readonly string[] s_main =
    [
        "objective/scores", "objective/kl", "heldout/scores", "objective/gold", "heldout/kl", "heldout/length",
        "check/first_minibatch_ratio_error",
    ];
    const int MostColumns = 8;

    public static Command Create()
    {
        var (run, data, json, steps) = (Options.Run(), Options.Data(), Options.Json(), Options.Steps());
        var names = new Option<string[]>("--name")
        {
            Description = "Only these metrics; * and ? stand for any characters; may be repeated.",
            HelpName = "GLOB",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("metrics", "Prints the metrics of a run, step by step.") { run, data, json, steps, names };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json),
            parse.GetValue(steps) ?? StepRange.All, parse.GetValue(names)!));
        return command;
    }

    static int Execute(string name, string? data, bool json, StepRange steps, string[] globs)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory.Store).Open(name);
        StepMetrics[] all = [.. StepMetrics.Of(run)];
        string[] names = [.. all.SelectMany(step => step.Values.Keys).Distinct()];
        foreach (var glob in globs)
            if (WhyUnknown(glob, names) is { } why) return Talk.Refuse(ExitCode.Usage, why);
        MetricsLine[] lines = [.. all
            .Where(step => steps.Contains(step.Step))
            .Select(step => Choose(step, json || globs.Length > 0 ? globs : s_main))
            .Where(line => line.Metrics.Count > 0 || globs.Length == 0 && line.NotApplied is not null)];
        if (lines.Length == 0) Talk.Say(WhatThereIs(run, all, names, globs));
        else if (json) foreach (var line in lines) JsonOutput.Write(line);
        else
        {
            Print(lines, globs.Length > 0 ? [] : s_main);
            if (StepsNotApplied.Words(run.State.NotApplied, run.State.Step) is { } notApplied)
                Console.Out.Write(Tables.OneLine(notApplied) + "\n");
        }
        return ExitCode.Done;
    }

    /// <summary>Why no run could have a metric of such a name; null where this one has it, or another could.</summary>
    static string? WhyUnknown(string glob, IReadOnlyList<string> names)
    {
        var known = names.Concat(MetricGlossary.All.Select(metric => metric.Name)).Distinct().ToArray();
        if (MetricGlossary.Find(glob) is not null || known.Any(name => Matches(glob, name))) return null;
        var hint = NearMiss.Find(glob, known) is { } near ? $"did you mean '{near}'?" : $"there are {string.Join(", ", known)}";
        return $"--name: there is no metric '{glob}'; {hint}";
    }

    static string WhatThereIs(RunRecord run, StepMetrics[] all, string[] names, string[] globs)
    {
        if (all.Length == 0) return $"run {run.Id} has no metrics yet";
        StepMetrics[] named = [.. all.Where(step => Choose(step, globs).Metrics.Count > 0)];
        return named.Length == 0
            ? $"run {run.Id} has no metric of that name; it has {string.Join(", ", names)}"
            : $"no metrics of these steps: run {run.Id} has {(globs.Length > 0 ? "those" : "metrics")} "
                + $"of {Readable.Steps([.. named.Select(step => step.Step)])}";
    }

    static bool Matches(string glob, string name) => FileSystemName.MatchesSimpleExpression(glob, name, ignoreCase: false);

    static MetricsLine Choose(StepMetrics step, string[] globs) => globs.Length == 0
        ? MetricsLine.Of(step)
        : new MetricsLine(
            step.Step,
            step.Values.Where(metric => globs.Any(glob => Matches(glob, metric.Key))).ToDictionary(),
            step.NotApplied);

    /// <param name="lines">What to print.</param>
    /// <param name="first">Names that come first, in this order.</param>
    static void Print(MetricsLine[] lines, string[] first)
    {
        var names = first.Concat(lines.SelectMany(line => line.Metrics.Keys)).Distinct()
            .Where(name => lines.Any(line => line.Metrics.ContainsKey(name)))
            .ToArray();
        var notApplied = Array.Exists(lines, line => line.NotApplied is not null);
        IEnumerable<string> IfAny(string? cell) => notApplied ? [cell ?? ""] : [];
        if (names.Length <= MostColumns)
            Tables.Write([">step", .. names.Select(name => ">" + name), .. IfAny("not applied")],
                lines.Select(line => (string[])
                [
                    Figures.Of(line.Step),
                    .. names.Select(name => Figures.Of(line.Metrics.TryGetValue(name, out var value) ? value : null)),
                    .. IfAny(line.NotApplied is { } why ? StepFault.WordsOfStep(why) : null),
                ]));
        else
            Tables.Write([">step", "metric", ">value"], lines.SelectMany(line =>
                line.Metrics.Select(metric => new[] { Figures.Of(line.Step), metric.Key, Figures.Of(metric.Value) })));
    }
}
