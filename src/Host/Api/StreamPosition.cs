using System.Globalization;
using System.Text.RegularExpressions;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>How far somebody has read both streams of a run; the <c>id</c> of a server-sent event, <c>r120.e31</c>.</summary>
/// <param name="Training">Last sequence number of the training stream; 0 before the first.</param>
/// <param name="Evaluations">The same of the evaluation stream.</param>
readonly partial record struct StreamPosition(long Training, long Evaluations)
{
    /// <summary>Reads one; null and the empty text are the beginning.</summary>
    /// <exception cref="QueryException">The text is none.</exception>
    public static StreamPosition Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return default;
        return Form().Match(text) is { Success: true } match
            && long.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var training)
            && long.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var evaluations)
            ? new StreamPosition(training, evaluations)
            : throw new QueryException("Last-Event-ID", text, "the id of an event of this stream, such as r120.e31");
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"r{Training}.e{Evaluations}");

    [GeneratedRegex(@"^r([0-9]{1,18})\.e([0-9]{1,18})\z")]
    private static partial Regex Form();
}
