using System.CommandLine;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

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
        var (run, json, steps, source) = (Options.Run(), Options.Json(), Options.Steps(), new SourceOptions());
        var names = new Option<string[]>("--name")
        {
            Description = "Only these metrics; * and ? stand for any characters; may be repeated.",
            HelpName = "GLOB",
            DefaultValueFactory = _ => [],
        };
        names.CompletionSources.Add([.. MetricGlossary.All.Select(metric => metric.Name)]);
        var command = new Command("metrics", "Prints the metrics of a run, step by step.") { run, json, steps, names };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            var query = new MetricQuery(parse.GetValue(steps) ?? StepRange.All, parse.GetValue(names)!);
            return await ExecuteAsync(runs, parse.GetRequiredValue(run), query, parse.GetValue(json), ct).ConfigureAwait(false);
        });
        return command;
    }

    static async Task<int> ExecuteAsync(IRunSource source, string name, MetricQuery query, bool json, CancellationToken ct)
    {
        var answer = await source.MetricsAsync(name, query, ct).ConfigureAwait(false);
        var lines = await answer.AllAsync(ct).ConfigureAwait(false);
        if (lines.Count == 0)
        {
            if (answer.Nothing() is { } why) Talk.Say(why);
        }
        else if (json) foreach (var line in lines) JsonOutput.Write(line);
        else
        {
            if (query.Names.Count == 0) Print([.. AtAGlance(lines)], s_main);
            else Print([.. lines], []);
            var run = (await source.HeadlineAsync(name, ct).ConfigureAwait(false)).Line;
            if (StepsNotApplied.Words(run.NotApplied, run.Step) is { } notApplied) Console.Out.Write(Tables.OneLine(notApplied) + "\n");
        }
        return ExitCode.Done;
    }

    static IEnumerable<MetricsLine> AtAGlance(IEnumerable<MetricsLine> lines) => lines
        .Select(line => MetricQuery.Choose(line, s_main))
        .Where(line => line.Metrics.Count > 0 || line.NotApplied is not null);

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
