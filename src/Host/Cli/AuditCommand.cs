using System.CommandLine;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Witnessing;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>audit</c>: whether a run's log is whole and its numbers follow from each other.</summary>
static class AuditCommand
{
    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var head = new Option<StreamHead?>("--head")
        {
            Description = "The run's head as show, audit or train printed it before. Without it nobody can tell a run "
                + "whose last events were cut off or written anew from one that has not gone as far.",
            HelpName = "SEQ:HASH",
            CustomParser = result =>
            {
                try { return StreamHead.Parse(result.Tokens[0].Value); }
                catch (FormatException wrong)
                {
                    result.AddError($"--head: {wrong.Message}");
                    return null;
                }
            },
        };
        var witness = new Option<string?>("--witness")
        {
            Description = "The file that the recipe's witness.file names, or a copy of it: what it was told of this run, "
                + "and of those it was forked from, is held against the log.",
            HelpName = "FILE",
        };
        var (recompute, acceptBuild) = (RecomputeOption(), Options.AcceptBuild());
        var tolerance = Options.Number(
            "--tolerance",
            "X",
            "With --recompute of what libtorch trained on another type of CPU: how far a number may be from the log's, "
                + "relative to the larger of both and 1. "
                + "Completions are then taken from the log and not sampled again.",
            0.0,
            0,
            1);
        var command = new Command(
            "audit",
            "Proves that a run's log was not altered and that its numbers follow from each other, "
                + "or names the first event that is wrong.")
        {
            run, head, witness, recompute, tolerance, acceptBuild, data, json,
        };
        command.Validators.Add(result =>
        {
            var (isTolerant, acceptsBuild) =
                (result.GetResult(tolerance) is { Implicit: false }, result.GetResult(acceptBuild) is { Implicit: false });
            if (isTolerant && result.GetResult(recompute) is { Tokens: [{ Value: RecomputedRange.All }] })
                result.AddError("--tolerance goes with a range of steps: what SFT and reward models begin with would be merely close, "
                    + "and all that follows another run's");
            if (result.GetResult(recompute) is null && (isTolerant || acceptsBuild))
                result.AddError("--tolerance and --accept-build belong to --recompute");
        });
        command.SetAction((parse, ct) => ExecuteAsync(
            parse.GetRequiredValue(run), parse.GetValue(head), parse.GetValue(witness), parse.GetValue(recompute),
            parse.GetValue(tolerance), parse.GetValue(acceptBuild), parse.GetValue(data), parse.GetValue(json), ct));
        return command;
    }

    static async Task<int> ExecuteAsync(
        string name, StreamHead? head, string? witness, RecomputedRange? recompute, double tolerance,
        bool acceptBuild, string? data, bool json, CancellationToken ct)
    {
        // Before the log: what is told meanwhile is of events that the log has already.
        var told = witness is null ? null : WitnessFile.Read(witness);
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        var run = reader.Find(name);
        if (told?.Count(run) == 0) Talk.Say($"note: {told.Path} says nothing of run {run}");
        var question = new AuditQuestion(DataDirectory.IsBeingWritten(data), recompute, head, told, tolerance, acceptBuild);
        var (report, recomputed, line) = await AuditAnswer.OfAsync(
            directory.Store, run, question, new InquiryListener(Talk.Say, _ => { }), pool: null, ct).ConfigureAwait(false);
        if (json) JsonOutput.Write(line);
        else Print(report, recomputed, tolerance, line.FirstBad);
        return line.Ok ? ExitCode.Done : ExitCode.Failed;
    }

    static Option<RecomputedRange?> RecomputeOption() => new("--recompute")
    {
        Description = "Also executes these steps again (A..B, A.., ..B or A) from the nearest checkpoint before them, with their held-out "
            + "evaluations, or 'all': SFT, preferences, reward models and every step from the seed to the last weights. "
            + "Compares every number bit for bit, or within --tolerance. "
            + "Bit for bit needs the build that trained them, and with libtorch the type of CPU.",
        HelpName = "all|A..B",
        CustomParser = result =>
        {
            if (!RecomputedRange.TryParse(result.Tokens[0].Value, out var range, out var problem))
                result.AddError($"--recompute: '{result.Tokens[0].Value}' {problem}");
            return range;
        },
    };

    static void Print(AuditReport report, RecomputedSteps recomputed, double tolerance, FaultLine? bad)
    {
        Tables.Write(["", ""],
        [
            ["run", report.Run.Value],
            .. report.Streams.Select(stream => new[] { stream.Stream, $"{Counted.Of(stream.Events, "event")} linked" }),
            ["events", $"{Figures.Of(report.OwnEvents)}{SharedEvents.Words(report.Events - report.OwnEvents)}"],
            ["artefacts", $"{Figures.Of(report.Artefacts)} {Counted.Noun(report.Artefacts, "gives its hash", "give their hashes")}"],
            ["arithmetic", $"{Counted.Of(report.Steps, "step")} and {Counted.Of(report.Evaluations, "held-out evaluation")} "
                + "computed again"],
            .. recomputed is { FirstBad: null, Stages: [_, ..] }
                ? (string[][])[["executed again", $"{string.Join(", ", recomputed.Stages)}: every artefact and figure equal"]]
                : [],
            .. recomputed is { FirstBad: null, Steps: [var first, ..] and [.., var last] }
                ? (string[][])[["recomputed", $"{Readable.Steps([first, last])}: {(tolerance == 0
                    ? $"samples, scores, log-probs, losses, gradients and weights of {Counted.Of(recomputed.Events, "event")} "
                        + "equal bit for bit"
                    : $"scores, log-probs, losses and gradients of {Counted.Of(recomputed.Events, "event")} "
                        + FormattableString.Invariant(
                            $"within {tolerance}; the largest difference is {recomputed.LargestDifference:g2}"))}"]] : [],
            .. recomputed is { FirstBad: null, Evaluations: [_, ..] }
                ? (string[][])[["evaluations", $"{Figures.Of(recomputed.Evaluations.Count)} sampled and scored again: "
                    + $"equal{(tolerance == 0 ? " bit for bit" : " within the tolerance")}"]] : [],
            ["head", report.Head.ToString()],
            ["verdict", bad is null ? "all is well" : $"{bad.Kind} at {bad.Stream} {Figures.Of(bad.Sequence)}"],
        ]);
        if (bad is not null) Talk.Say($"{bad.Stream}, event {Figures.Of(bad.Sequence)}: {bad.Detail}");
    }
}
