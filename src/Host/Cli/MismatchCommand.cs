using System.CommandLine;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Cli;

/// <summary><c>mismatch</c>: whether reward, policy and evaluation are still linked; <c>docs/mismatch.md</c>.</summary>
static class MismatchCommand
{
    public static Command Create()
    {
        var (run, json, source) = (Options.Run(), Options.Json(), new SourceOptions());
        var command = new Command(
            "mismatch",
            "Says whether a run's reward models, policy and evaluations are still linked, which link broke, between which steps, how sure that "
                + "is, and which checkpoint to take.")
        {
            run, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            var ledger = await runs.MismatchAsync(parse.GetRequiredValue(run), ct).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(ledger);
            else LedgerScreen.Write(ledger);
            return ExitCode.Done;
        });
        return command;
    }
}
