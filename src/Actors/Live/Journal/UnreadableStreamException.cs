using System.Text.RegularExpressions;
using Akka.Pattern;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>
/// A stream cannot be read, and reading it again will not help: the database is damaged, a row is no event, or two writers overlapped.
/// </summary>
/// <param name="stream">Stream id.</param>
/// <param name="problem">What is wrong, and where if that is known.</param>
/// <param name="cause">What the journal said.</param>
public sealed partial class UnreadableStreamException(string stream, string problem, Exception cause)
    : Exception($"stream {stream} cannot be read: {problem}. Restore the journal from a backup", cause)
{
    /// <summary>Stream id.</summary>
    public string Stream { get; } = stream;

    /// <summary>Says in words what the journal's failure means.</summary>
    internal static UnreadableStreamException Of(string stream, Exception cause) => new(stream, cause is IllegalStateException
        ? $"events of two writers follow each other at sequence {Place().Match(cause.Message).Groups[1]}, and none of them was discarded"
        : $"{cause.GetBaseException().Message.TrimEnd('.')}; an audit names the place", cause);

    // Akka's replay filter tells the place in words alone, and first that of the event which it refuses.
    [GeneratedRegex(@"sequenceNr=\$?(\d+)")]
    private static partial Regex Place();
}
