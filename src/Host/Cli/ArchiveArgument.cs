namespace ActorRlhf.Host.Cli;

/// <summary>The file that a person gave to <c>import</c> or <c>restore</c>.</summary>
static class ArchiveArgument
{
    /// <summary>Why there is nothing to be read; null if there is a file.</summary>
    /// <param name="path">What was given.</param>
    /// <param name="writer">The command that writes such files.</param>
    public static string? Problem(string path, string writer) =>
        File.Exists(path) ? null
        : Directory.Exists(path) ? $"{path} is a directory; expected the one file that '{writer}' wrote"
        : $"there is no file {path}; expected one that '{writer}' wrote";
}
