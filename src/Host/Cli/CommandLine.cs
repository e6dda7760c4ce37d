using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Cli;

/// <summary>The program's commands, and what becomes of their errors: lines on stderr and an exit code, never a stack trace.</summary>
static class CommandLine
{
    /// <summary>Parses and runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Event-sourced RLHF training: every number that moved the weights is an event.")
        {
            // One command, one file in Cli.
            TrainCommand.Create(),
            SubmitCommand.Create(),
            ServeCommand.Create(),
            WatchCommand.Create(),
            ControlCommand.Pause(),
            ControlCommand.Resume(),
            ControlCommand.Stop(),
            TokensCommand.Create(),
            ForkCommand.Create(),
            RunsCommand.Create(),
            ShowCommand.Create(),
            EventsCommand.Create(),
            CompletionsCommand.Create(),
            MetricsCommand.Create(),
            ReplayCommand.Create(),
            AuditCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            MigrateCommand.Create(),
            EvaluatorsCommand.Create(),
            EvaluateCommand.Create(),
            EvaluatorRunnerCommand.Create(),
            DiskCommand.Create(),
            GenerateCommand.Create(),
            BenchCommand.Create(),
            BestOfNCommand.Create(),
            CounterfactualCommand.Create(),
            CompareCommand.Create(),
            MismatchCommand.Create(),
            ReportCommand.Create(),
            ReproduceCommand.Create(),
            RecipesCommand.Create(),
            ValidateCommand.Create(),
            DoctorCommand.Create(),
            DocsCommand.Create(),
            CompletionCommand.Create(),
        };
        // Without response files a prompt or an override may begin with @.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction) return Refuse(parsed);
        if (SourceOptions.WhyMeantElsewhere(parsed) is { } problem) return Talk.Refuse(ExitCode.Usage, problem);
        try
        {
            // Errors become lines below, and a command that has something to put in order listens to Ctrl-C itself.
            var quiet = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(quiet).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            var failure = Failure.Of(thrown);
            foreach (var line in failure.Lines) Talk.Say(line);
            if (failure.Unforeseen)
                Talk.Say(ErrorLog.Write(thrown, DataOf(parsed)) is { } path
                    ? $"the details are in {path}"
                    : "the details could not be written to any file: the disk is full or read-only");
            return failure.ExitCode;
        }
    }

    /// <summary>The data directory that was named; null where none was, or where the command has none.</summary>
    static string? DataOf(ParseResult parsed) =>
        parsed.GetResult(NextCommand.DataOption) is null ? null : parsed.GetValue<string?>(NextCommand.DataOption);

    static int Refuse(ParseResult parsed)
    {
        foreach (var problem in Problems(parsed)) Talk.Say(problem);
        Talk.Say($"try actorrlhf{Names(parsed.CommandResult)} --help");
        return ExitCode.Usage;
    }

    /// <summary>What is wrong, beginning with the first word that is neither a command nor an option where it stands.</summary>
    static IEnumerable<string> Problems(ParseResult parsed)
    {
        var (command, unknown) = (parsed.CommandResult.Command, parsed.UnmatchedTokens);
        string[] commands = [.. command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)];
        var where = $"actorrlhf{Names(parsed.CommandResult)}";
        if (unknown is [['-', ..] option, ..])
            yield return $"'{option}' is not an option of {where}"
                + Meant(option, command.Options.Where(one => !one.Hidden).Select(one => one.Name));
        else if (unknown is [var word, ..] && commands.Length > 0)
        {
            yield return $"'{word}' is not a command of {where}" + Meant(word, commands);
            yield break;
        }
        foreach (var error in parsed.Errors)
            if (unknown is not [['-', ..], ..] || !unknown.Any(one => error.Message.Contains($"'{one}'", StringComparison.Ordinal)))
                yield return error.Message;
    }

    static string Meant(string word, IEnumerable<string> known) =>
        NearMiss.Find(word, known) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>The command's name and those above it, each behind a space: <c> runs delete</c>; empty for none.</summary>
    static string Names(CommandResult command) => command.Parent is CommandResult above ? $"{Names(above)} {command.Command.Name}" : "";
}
