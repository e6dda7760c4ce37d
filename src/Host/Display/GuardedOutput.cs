using System.Text;

namespace ActorRlhf.Host.Display;

/// <summary>A program's stdout, whose errors cannot be taken for those of another file.</summary>
/// <remarks>A reader that goes away is no error: the runtime drops what is written after that.</remarks>
sealed class GuardedOutput(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <exception cref="OutputLostException">It cannot be written.</exception>
    public override void Write(char value) => Guard(() => inner.Write(value));

    /// <exception cref="OutputLostException">It cannot be written.</exception>
    public override void Write(string? value) => Guard(() => inner.Write(value));

    /// <exception cref="OutputLostException">It cannot be written.</exception>
    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    /// <exception cref="OutputLostException">It cannot be written.</exception>
    public override void Flush() => Guard(inner.Flush);

    static void Guard(Action write)
    {
        try { write(); }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException) { throw new OutputLostException(lost); }
    }
}
