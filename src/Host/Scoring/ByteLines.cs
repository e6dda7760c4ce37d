using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Scoring;

/// <summary>The lines of a stream as bytes, so that one which is no UTF-8 spoils no other.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="stream">Where from; not owned.</param>
sealed class ByteLines(string path, Stream stream)
{
    const int FirstSize = 64 << 10, Most = 64 << 20; // bytes of a line; a file without line ends must not fill the memory

    static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    byte[] _buffer = new byte[FirstSize];
    int _start, _end;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next line that is not blank, without its end.</summary>
    /// <param name="line">The line, in memory that the next call uses again.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CompletionFileException">It is too long.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (TryReadAny(out line))
        {
            Number++;
            if (Number == 1 && line.Span.StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
            if (line.Span.ContainsAnyExcept(" \t\r"u8)) return true;
        }
        return false;
    }

    bool TryReadAny(out ReadOnlyMemory<byte> line)
    {
        var searched = _start;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = _buffer.AsMemory(_start, searched + at - _start);
                _start = searched + at + 1;
                return true;
            }
            if (_end - _start > Most)
                throw new CompletionFileException(path, FormattableString.Invariant(
                    $"line {Number + 1} has more than {Most >> 20} MiB, expected one JSON object a line"));
            MakeRoom();
            searched = _end;
            var read = stream.Read(_buffer.AsSpan(_end));
            _end += read;
            if (read > 0) continue;
            line = _buffer.AsMemory(_start, _end - _start);
            _start = _end;
            return line.Length > 0;
        }
    }

    void MakeRoom()
    {
        var length = _end - _start;
        var target = length > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
        _buffer.AsSpan(_start, length).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, length);
    }
}
