using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Comparing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reports;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>compare</c>: what runs were told otherwise, and what became of it; <c>docs/compare.md</c>.</summary>
static class CompareCommand
{
    // What held-out prompts say: the one thing that is measured alike in every run.
    static readonly string[] s_shown = ["heldout/scores", "objective/gold", "heldout/kl_sqrt", "heldout/length"];

    public static Command Create()
    {
        var names = new Argument<string[]>("RUN")
        {
            Description = "Runs: for each its id, the beginning of it, or latest.",
            Arity = ArgumentArity.OneOrMore,
        };
        names.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var only }]) result.AddError($"compare needs two runs or more, not '{only}' alone");
        });
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command(
            "compare",
            "Compares runs: their recipes, and their metrics at equal step and at equal distance √KL from the reference.")
        {
            names, data, json,
        };
        command.SetAction(parse => Execute(parse.GetRequiredValue(names), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string[] names, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        var named = names.Select(name => (Name: name, Run: reader.Open(name))).ToArray();
        RunRecord[] runs = [.. named.Select(one => one.Run).DistinctBy(run => run.Id)];
        if (runs is [var only])
        {
            string[] different = [.. names.Distinct()];
            return Talk.Refuse(ExitCode.Usage, string.Join(" and ", different.Select(name => $"'{name}'"))
                + $" {(different.Length == 1 ? "is one run" : $"are one run, {only.Id}")}; compare needs two different ones");
        }
        foreach (var again in named.GroupBy(one => one.Run.Id).Where(group => group.Count() > 1))
            Talk.Say($"run {again.Key} is named {Figures.Of(again.Count())} times and compared once");

        var comparison = new Comparison(
            [.. runs.Select(RunLine.Of)],
            RecipeDifference.Of(runs), ComparedStep.Of(runs), ComparedDistance.Of(runs));
        foreach (var note in ComparisonNotes.Of(comparison)) Talk.Say(note);
        if (json) JsonOutput.Write(comparison);
        else Print(comparison);
        return ExitCode.Done;
    }

    static void Print(Comparison comparison)
    {
        string[] runs = [.. comparison.Runs.Select(run => run.Run)];
        Tables.Write(["run", "recipe", ">seed", "state", ">step"], comparison.Runs.Select(run => new[]
        {
            run.Run, run.Recipe, run.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture), run.State,
            $"{Figures.Of(run.Step)}/{Figures.Of(run.Steps)}",
        }));
        if (comparison.Recipe.Count > 0)
            Tables.Write(
                ["key", .. runs.Select(run => ">" + run)],
                comparison.Recipe.Select(key => (string[])[key.Key, .. runs.Select(run => key.Values[run] ?? "none")]));
        foreach (var metric in s_shown)
            Print(metric, "step", runs,
                [.. comparison.ByStep
                    .Where(step => step.Metrics.ContainsKey(metric))
                    .Select(step => (Figures.Of(step.Step), step.Metrics[metric]))]);
        foreach (var metric in s_shown)
            Print(metric, "√KL", runs,
                [.. comparison.ByDistance
                    .Where(point => point.Metrics.ContainsKey(metric))
                    .Select(point => (Figures.Of(point.SqrtKl), point.Metrics[metric]))]);
    }

    static void Print(
        string metric, string axis, string[] runs, IReadOnlyList<(string At, IReadOnlyDictionary<string, double?> Values)> rows)
    {
        if (rows.All(row => row.Values.Values.All(value => value is null))) return;
        var shown = Thinned.Of(rows);
        var some = shown.Count < rows.Count ? $" ({Figures.Of(shown.Count)} of {Counted.Of(rows.Count, "step")}; --json has all)" : "";
        Console.Out.Write($"{Tables.OneLine(metric)} at equal {axis}{some}\n");
        Tables.Write(
            [">" + axis, .. runs.Select(run => ">" + run)],
            shown.Select(row => (string[])[row.At, .. runs.Select(run => Figures.Of(row.Values[run]))]));
    }
}
