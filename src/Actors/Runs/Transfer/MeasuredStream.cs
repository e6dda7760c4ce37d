using System.Security.Cryptography;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>Counts and hashes what passes on its way from or to another stream, and lets no more through than was stated.</summary>
sealed class MeasuredStream(Stream inner, long most = long.MaxValue) : Stream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes that passed.</summary>
    public long Bytes { get; private set; }
    /// <summary>Their SHA-256.</summary>
    public ContentHash Sha256 => new(_hash.GetCurrentHash());

    public override bool CanRead => inner.CanRead;
    public override bool CanWrite => inner.CanWrite;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">There is more than was stated.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Pass(buffer[..read]);
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Pass(buffer);
        inner.Write(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() => inner.Flush();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    void Pass(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        if (Bytes > most) throw new InvalidDataException($"it goes on behind the {Counted.Of(most, "byte")} stated");
        _hash.AppendData(bytes);
    }
}
