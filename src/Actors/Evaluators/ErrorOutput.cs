using System.Globalization;
using System.Text;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Passes what an evaluator writes to its standard error to a log, but not more than a log can take.</summary>
/// <param name="log">Gets lines.</param>
/// <param name="time">Tells a minute from the next.</param>
sealed class ErrorOutput(Action<string> log, TimeProvider time)
{
    /// <summary>Bytes of a minute that reach the log.</summary>
    public const int MostBytesAMinute = 64 << 10;

    const int LongestLine = 4 << 10;
    static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    readonly byte[] _line = new byte[LongestLine];
    int _length, _passed;
    long _dropped, _since = time.GetTimestamp();

    /// <summary>The last line that says anything; empty if there was none.</summary>
    public string LastWords { get; private set; } = "";

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[16 << 10];
        while (await ReadAsync(stream, buffer).ConfigureAwait(false) is > 0 and var read)
            foreach (var value in buffer.AsSpan(0, read))
            {
                if (value != '\n') _line[_length++] = value;
                if (value == '\n' || _length == LongestLine) EndLine();
            }
        EndLine();
        TellDropped();
    }

    static async Task<int> ReadAsync(Stream stream, byte[] buffer)
    {
        try { return await stream.ReadAsync(buffer).ConfigureAwait(false); }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException) { return 0; }
    }

    void EndLine()
    {
        var (length, text) = (_length, Encoding.UTF8.GetString(_line.AsSpan(0, _length)).TrimEnd());
        _length = 0;
        if (text.Length == 0) return;
        LastWords = text;
        if (time.GetElapsedTime(_since) > s_minute)
        {
            TellDropped();
            (_passed, _since) = (0, time.GetTimestamp());
        }
        if (_passed + length > MostBytesAMinute) _dropped += length;
        else log(text);
        if (_dropped == 0) _passed += length;
    }

    void TellDropped()
    {
        if (_dropped > 0) log(string.Create(CultureInfo.InvariantCulture, $"… {_dropped} more bytes dropped"));
        _dropped = 0;
    }
}
