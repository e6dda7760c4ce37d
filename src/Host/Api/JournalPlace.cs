using System.Globalization;
using System.Text.RegularExpressions;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>How far somebody has read the events of all runs; the <c>id</c> of a server-sent event, <c>o4711</c>.</summary>
/// <remarks>
/// A place in the order in which the host's journal took the events: it means nothing in another journal, so not after runs were moved to
/// another directory or database.
/// </remarks>
/// <param name="Ordering">The place of the last event that was read; 0 before the first.</param>
readonly partial record struct JournalPlace(long Ordering)
{
    const string Start = "start";

    /// <summary>Reads one; null is the end of what there is now, and <c>start</c> the beginning.</summary>
    /// <param name="last">The last place there is now.</param>
    /// <exception cref="QueryException">The text is none, or a place that this journal has not come to.</exception>
    public static JournalPlace Parse(string? text, long last)
    {
        if (string.IsNullOrEmpty(text)) return new JournalPlace(last);
        if (text == Start) return default;
        return Form().Match(text) is { Success: true } match
            && long.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var ordering) && ordering <= last
            ? new JournalPlace(ordering)
            : throw new QueryException("Last-Event-ID", text, $"the id of an event that this host has sent, such as o4711, nor '{Start}'");
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"o{Ordering}");

    [GeneratedRegex(@"^o([0-9]{1,18})\z")]
    private static partial Regex Form();
}
