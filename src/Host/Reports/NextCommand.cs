using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Cli;

namespace ActorRlhf.Host.Reports;

/// <summary>Commands for people to type next.</summary>
static class NextCommand
{
    /// <summary>A command about a run, such as <c>actorrlhf show RUN --data DIR</c>; the directory is named where it is not the default.</summary>
    public static string Of(string command, string run, DataDirectory data) =>
        data.Path == Path.GetFullPath(DataDirectory.DefaultPath) ? $"actorrlhf {command} {run}" : $"actorrlhf {command} {run} {CommandLine.DataOption} {Quoted(data.Path)}";

    // A shell leaves everything in single quotes alone.
    static string Quoted(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c)) ? path : $"'{Display.Tables.OneLine(path).Replace("'", "'\\''")}'";
}
