namespace ActorRlhf.Actors.Evaluators;

/// <summary>Reads lines of bytes from a stream, and gives up on one that is too long.</summary>
/// <param name="stream">Where from; not owned.</param>
sealed class LineReader(Stream stream)
{
    const int FirstSize = 64 << 10;

    byte[] _buffer = new byte[FirstSize];
    int _start, _end;

    /// <summary>The next line without its end, in memory that the next call uses again.</summary>
    /// <param name="most">Bytes that it may have.</param>
    /// <returns>Null at the end of the stream, also in the middle of a line.</returns>
    /// <exception cref="LineTooLongException">It has more.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken ct)
    {
        var searched = _start;
        while (true)
        {
            if (_buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n') is >= 0 and var at)
            {
                var line = _buffer.AsMemory(_start, searched + at - _start);
                _start = searched + at + 1;
                return line;
            }
            if (_end - _start > most) throw new LineTooLongException(most);
            MakeRoom();
            searched = _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            if (read == 0) return null;
            _end += read;
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

/// <summary>A line has more bytes than it may.</summary>
/// <param name="most">Bytes that it may have.</param>
sealed class LineTooLongException(int most) : Exception(FormattableString.Invariant($"a line of more than {most} bytes"));
