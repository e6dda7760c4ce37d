using System.CommandLine;
using ActorRlhf.Evaluation.Statistics.Alarm;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Cli;

/// <summary><c>mismatch</c>: whether reward, policy and evaluation are still linked; <c>docs/mismatch.md</c>.</summary>
static class MismatchCommand
{
    public static Command Create()
    {
        var (run, json, source) = (Options.OptionalRun(), Options.Json(), new SourceOptions());
        var gap = new Option<string?>("--gap")
        {
            Description = "Instead of a run a file with step and gap, how far a flawed score is above a clean one: says when it rose.",
            HelpName = "FILE",
        };
        var window = Options.Number(
            "--window", "N", "Of --gap: every how many values one is used; the width of the window, where they are moving means.",
            5, 1, 1000);
        var command = new Command(
            "mismatch",
            "Says whether a run's reward models, policy and evaluations are still linked, which link broke, between which steps, how sure "
                + "that is, and which checkpoint to take.")
        {
            run, gap, window, json,
        };
        source.AddTo(command);
        command.Validators.Add(result =>
        {
            var isRun = result.GetResult(run) is { Tokens.Count: > 0 };
            if (isRun == result.GetResult(gap) is { Implicit: false })
                result.AddError(isRun ? "give RUN or --gap, not both" : "give RUN, or --gap FILE");
            else if (isRun && result.GetResult(window) is { Implicit: false }) result.AddError("--window belongs to --gap");
        });
        command.SetAction(async (parse, ct) =>
        {
            if (parse.GetValue(gap) is { } file)
            {
                var line = GapLine.Of(file, new GapTestSettings(Stride: parse.GetValue(window)));
                if (parse.GetValue(json)) JsonOutput.Write(line);
                else GapScreen.Write(line);
                return ExitCode.Done;
            }
            using var runs = source.Open(parse);
            var ledger = await runs.MismatchAsync(parse.GetRequiredValue(run)!, ct).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(ledger);
            else LedgerScreen.Write(ledger);
            return ExitCode.Done;
        });
        return command;
    }
}
