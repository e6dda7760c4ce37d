using System.Text;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Models.Files;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Parsing;

namespace ActorRlhf.Host.Cli;

/// <summary>Where an error that nobody foresaw is written down in full, in the format of the log files.</summary>
static class ErrorLog
{
    const string FileName = "actorrlhf-errors";

    /// <summary>
    /// Appends an exception with its stack trace to <c>logs/actorrlhf-errors.jsonl</c> of the data directory,
    /// or to a file among the temporary ones where there is no such folder or it cannot be written.
    /// </summary>
    /// <param name="thrown">The exception.</param>
    /// <param name="dataDirectory">As given on the command line; null for the default.</param>
    /// <returns>Full path of the file; null if there is no place to write.</returns>
    public static string? Write(Exception thrown, string? dataDirectory)
    {
        using var line = new StringWriter();
        var template = new MessageTemplateParser().Parse("The command ended with an error");
        new CompactJsonFormatter().Format(
            new LogEvent(TimeProvider.System.GetUtcNow(), LogEventLevel.Fatal, thrown, template, []), line);
        string[] places =
        [
            Path.GetFullPath(Path.Combine(dataDirectory ?? DataDirectory.DefaultPath, "logs", $"{FileName}.jsonl")),
            // The process id keeps users of one machine apart.
            Path.Combine(Path.GetTempPath(), $"{FileName}-{Environment.ProcessId}.jsonl"),
        ];
        return Array.Find(places, place => TryAppend(place, line.ToString()));
    }

    static bool TryAppend(string path, string line)
    {
        try
        {
            // Among the temporary files anybody may have put a link at this name, which leads to a file of ours.
            AppendedFile.Append(path, Encoding.UTF8.GetBytes(line), followsLinks: false, durable: false);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
