using System.Security.Cryptography;

namespace ActorRlhf.Models.Data;

/// <summary>
/// Reads lines of bytes with a cap on their length: of a longer line
/// nothing is kept, however long it is. Hashes all bytes on the way.
/// </summary>
/// <param name="stream">Is read to its end; the caller disposes it.</param>
/// <param name="maxBytes">Longest line, line feed not counted.</param>
sealed class LineReader(Stream stream, int maxBytes) : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _buffer = new byte[64 << 10];
    int _start, _end;
    byte[] _line = new byte[4 << 10];

    /// <summary>SHA-256 of the bytes read from the stream, in lower-case hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>The first bytes of the stream, fewer where it is shorter; they are read all the same. Before the first line.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end < count && stream.Read(_buffer.AsSpan(_end)) is > 0 and var read)
        {
            _hash.AppendData(_buffer, _end, read);
            _end += read;
        }
        return _buffer.AsSpan(0, Math.Min(count, _end));
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">Without its line feed; valid until the next call. Empty when it was too long.</param>
    /// <param name="tooLong">Whether the line was longer than the cap; it has been skipped.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool Read(out ReadOnlyMemory<byte> line, out bool tooLong)
    {
        var length = 0;
        (line, tooLong) = (default, false);
        while (true)
        {
            if (_start == _end && !Fill())
            {
                line = _line.AsMemory(0, length);
                return length > 0 || tooLong;
            }
            var rest = _buffer.AsSpan(_start, _end - _start);
            var feed = rest.IndexOf((byte)'\n');
            var part = feed < 0 ? rest : rest[..feed];
            _start += part.Length + (feed < 0 ? 0 : 1);
            tooLong |= part.Length > maxBytes - length;
            if (tooLong) length = 0;
            else
            {
                if (length + part.Length > _line.Length)
                    Array.Resize(ref _line, Math.Min(maxBytes, Math.Max(length + part.Length, 2 * _line.Length)));
                part.CopyTo(_line.AsSpan(length));
                length += part.Length;
            }
            if (feed < 0) continue;
            line = _line.AsMemory(0, length);
            return true;
        }
    }

    /// <summary>Frees the hash.</summary>
    public void Dispose() => _hash.Dispose();

    bool Fill()
    {
        (_start, _end) = (0, stream.Read(_buffer));
        _hash.AppendData(_buffer, 0, _end);
        return _end > 0;
    }
}
