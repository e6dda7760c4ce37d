using System.CommandLine;
using System.CommandLine.Invocation;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Host.Commands;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host;

/// <summary>The program's commands, and what becomes of their errors: one line on stderr and an exit code, never a stack trace.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Event-sourced RLHF training: every number that moved the weights is an event.")
        {
            // One command, one file in Commands.
            RunsCommand.Create(),
            ShowCommand.Create(),
            EventsCommand.Create(),
            CompletionsCommand.Create(),
            MetricsCommand.Create(),
            GenerateCommand.Create(),
            BestOfNCommand.Create(),
            RecipesCommand.Create(),
            ValidateCommand.Create(),
            DoctorCommand.Create(),
            DocsCommand.Create(),
        };
        // Without response files a prompt may begin with @.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors) Talk.Say(error.Message);
            return ExitCode.Usage;
        }
        try { return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false); }
        catch (Exception failure) // the process edge
        {
            return Talk.Refuse(CodeOf(failure), failure.Message);
        }
    }

    static int CodeOf(Exception failure) => failure switch
    {
        RecipeException => ExitCode.Usage,
        RunNotFoundException or DataDirectoryMissingException or WorldMovedException => ExitCode.NotFound,
        DataDirectoryInUseException => ExitCode.Unreachable,
        OperationCanceledException => ExitCode.Interrupted,
        _ => ExitCode.Failed,
    };
}
