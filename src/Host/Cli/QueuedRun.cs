using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>A run that was put into a queue.</summary>
static class QueuedRun
{
    /// <summary>Writes its id, or with <c>--json</c> its line, and tells a person what to do next.</summary>
    /// <param name="line">The run.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="place">Where it waits, to follow "waits".</param>
    /// <param name="next">What to do next, and by which command.</param>
    public static void Print(RunLine line, bool json, string place, string next)
    {
        if (json) JsonOutput.Write(line);
        else Console.Out.Write($"{line.Run}\n");
        Talk.Say($"run {line.Run} waits {place}; {next}");
    }
}
