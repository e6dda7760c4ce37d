using System.Globalization;
using MessagePack;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>The end of a stream as far as somebody saw it; vouches for every event up to there.</summary>
/// <param name="Sequence">Sequence number of the last event, 0 for an empty stream.</param>
/// <param name="Hash">Hash of the last event.</param>
[MessagePackObject]
public readonly record struct StreamHead([property: Key(0)] long Sequence, [property: Key(1)] ContentHash Hash)
{
    /// <summary>Reads <c>SEQUENCE:HASH</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static StreamHead Parse(string text) =>
        text.IndexOf(':') is var colon and > 0
        && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        && ContentHash.TryParse(text.AsSpan(colon + 1), out var hash)
            ? new StreamHead(sequence, hash)
            : throw new FormatException(
                $"'{text}' is not a head: expected SEQUENCE:HASH, such as 42:{new string('0', 8)}… with 64 lower-case hexadecimal digits");

    /// <summary><c>SEQUENCE:HASH</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");
}
