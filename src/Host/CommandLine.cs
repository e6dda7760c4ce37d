using System.CommandLine;

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
        };
        return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
    }
}
