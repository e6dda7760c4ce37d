using System.Buffers.Binary;
using System.IO.Compression;

namespace ActorRlhf.Models.Data;

/// <summary>
/// What a gzip file holds (RFC 1952): all of its members one after the other, each held against its checksum and its length.
/// </summary>
/// <remarks>
/// .NET's own reader takes a file that was cut off for a short one, and ignores what follows the last member. Zeros behind it, which
/// tapes and disks add, are no data. Reading throws <see cref="InvalidDataException"/> with words that follow "the compressed data".
/// </remarks>
/// <param name="file">At the beginning; can seek; the caller disposes it.</param>
sealed class GzipText(Stream file) : Stream
{
    const int HeaderLength = 10, TrailerLength = 8;
    const byte Deflate = 8, HasChecksum = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;
    static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(Entry)];

    readonly Chunks _chunks = new(file);
    DeflateStream? _member;
    uint _checksum, _length;
    long _began;   // of the member

    static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Whether something begins as gzip does.</summary>
    public static bool IsBegunBy(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (_member is not null || Begin())
        {
            var read = _member!.Read(buffer);
            if (read == 0) End();
            else
            {
                foreach (var one in buffer[..read]) _checksum = s_table[(byte)(_checksum ^ one)] ^ _checksum >> 8;
                _length += (uint)read;
                return read;
            }
        }
        return 0;
    }

    /// <summary>Passes over the header of the next member.</summary>
    /// <returns>False at the end of the file.</returns>
    bool Begin()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var place = file.Position;
        header = header[..file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        if (!IsBegunBy(header))
            return IsZeroToTheEnd(header) ? false : throw new InvalidDataException($"is followed by something else, from byte {place}");
        _began = place;
        if (header.Length < HeaderLength) throw new InvalidDataException(CutOff());
        if (header[2] != Deflate || (header[3] & Reserved) != 0)
            throw new InvalidDataException($"is of a kind that is not in use: method {header[2]}, flags {header[3]}");
        if ((header[3] & HasExtra) != 0) for (var rest = Next() | Next() << 8; rest > 0; rest--) Next();
        if ((header[3] & HasName) != 0) while (Next() != 0) { }
        if ((header[3] & HasComment) != 0) while (Next() != 0) { }
        if ((header[3] & HasChecksum) != 0) _ = Next() | Next();
        _chunks.Begin();
        (_member, _checksum, _length) = (new DeflateStream(_chunks, CompressionMode.Decompress, leaveOpen: true), uint.MaxValue, 0);
        return true;
    }

    /// <summary>
    /// Finds the trailer: it is somewhere in what the decompressor took last, which says nothing of how much of that it used.
    /// </summary>
    void End()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~_checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[sizeof(uint)..], _length);

        file.Position = _chunks.LastBegan;
        var taken = new byte[_chunks.LastLength + 2 * TrailerLength];
        taken = taken[..file.ReadAtLeast(taken, taken.Length, throwOnEndOfStream: false)];
        long? first = null;
        for (var i = 0; i <= taken.Length - TrailerLength; i++)
        {
            if (!taken.AsSpan(i).StartsWith(trailer)) continue;
            // Eight bytes are alike by chance only where they are zeros, that is where a member is empty.
            first ??= _chunks.LastBegan + i + TrailerLength;
            file.Position = _chunks.LastBegan + i + TrailerLength;
            if (file.Position == file.Length || IsBegunBy(taken.AsSpan(i + TrailerLength))) return;
        }
        file.Position = first ?? throw new InvalidDataException(CutOff());
    }

    bool IsZeroToTheEnd(ReadOnlySpan<byte> begun)
    {
        if (begun.ContainsAnyExcept((byte)0)) return false;
        for (int next; (next = file.ReadByte()) >= 0;) if (next > 0) return false;
        return true;
    }

    int Next() => file.ReadByte() is >= 0 and var next ? next : throw new InvalidDataException(CutOff());

    string CutOff() => $"is cut off or damaged in the member that begins at byte {_began}";

    static uint Entry(int value) =>
        Enumerable.Range(0, 8).Aggregate((uint)value, (entry, _) => (entry & 1) != 0 ? 0xEDB88320 ^ entry >> 1 : entry >> 1);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    /// <inheritdoc/>
    public override bool CanRead => true;
    /// <inheritdoc/>
    public override bool CanSeek => false;
    /// <inheritdoc/>
    public override bool CanWrite => false;
    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();
    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    /// <inheritdoc/>
    public override void Flush() { }
    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _member?.Dispose();
        _chunks.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A file that remembers what was read of it last.</summary>
    sealed class Chunks(Stream file) : Stream
    {
        public long LastBegan { get; private set; }
        public int LastLength { get; private set; }

        /// <summary>Forgets what was read before here.</summary>
        public void Begin() => (LastBegan, LastLength) = (file.Position, 0);

        public override int Read(Span<byte> buffer)
        {
            var began = file.Position;
            var read = file.Read(buffer);
            if (read > 0) (LastBegan, LastLength) = (began, read);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
