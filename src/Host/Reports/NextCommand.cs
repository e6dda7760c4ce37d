using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Host.Reports;

/// <summary>Commands for people to type next.</summary>
static class NextCommand
{
    /// <summary>Name of the option that says where runs are kept; its default is <c>data</c>.</summary>
    public const string DataOption = "--data";

    /// <summary>
    /// A command about a run, such as <c>actorrlhf show RUN --data DIR</c>; the directory is named where it is not the default.
    /// </summary>
    public static string Of(string command, string run, DataDirectory data) => Of(command, run, data.Path);

    /// <inheritdoc cref="Of(string, string, DataDirectory)"/>
    /// <param name="directory">Full path of the data directory.</param>
    public static string Of(string command, string run, string directory) =>
        directory == Path.GetFullPath(DataDirectory.DefaultPath)
            ? $"actorrlhf {command} {run}"
            : $"actorrlhf {command} {run} {DataOption} {Quoted(directory)}";

    // A shell leaves everything in single quotes alone.
    static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c))
            ? path
            : $"'{Display.Tables.OneLine(path).Replace("'", "'\\''")}'";
}
