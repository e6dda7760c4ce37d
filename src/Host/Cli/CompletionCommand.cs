using System.CommandLine;
using System.Reflection;

namespace ActorRlhf.Host.Cli;

/// <summary><c>completion SHELL</c>: prints the script by which a shell completes commands, options, recipes and runs.</summary>
/// <remarks>The script asks the program itself, by the directive <c>[suggest]</c>, so it is never older than the program.</remarks>
static class CompletionCommand
{
    static readonly string[] s_shells = ["bash", "zsh", "fish"];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = $"One of {string.Join(", ", s_shells)}." };
        shell.AcceptOnlyFromAmong(s_shells);
        var command = new Command("completion",
            "Prints a script for tab completion: eval \"$(actorrlhf completion bash)\" in a shell or its start-up file.") { shell };
        command.SetAction(parse => Console.Out.Write(Script(parse.GetRequiredValue(shell))));
        return command;
    }

    static string Script(string shell)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"completion/{shell}")!);
        return reader.ReadToEnd();
    }
}
