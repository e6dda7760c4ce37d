namespace ActorRlhf.Actors.Evaluators;

/// <summary>A message is not what the protocol says.</summary>
/// <param name="message">The value at fault, and what was expected.</param>
sealed class WireFormatException(string message) : Exception(message)
{
    const int Shown = 200;

    /// <summary>The beginning of a line, for a message.</summary>
    public static string Beginning(ReadOnlySpan<byte> line) =>
        System.Text.Encoding.UTF8.GetString(line[..Math.Min(line.Length, Shown)]) + (line.Length > Shown ? "…" : "");
}
