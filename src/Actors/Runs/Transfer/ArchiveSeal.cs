using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// The end of an archive: the zip's comment, which is the SHA-256 of every byte
/// before it, so that no damage goes unseen, also in the zip's own tables.
/// </summary>
static class ArchiveSeal
{
    const int Digits = 2 * ContentHash.Size;

    /// <summary>The comment before the hash is known.</summary>
    public static readonly string Blank = new('0', Digits);

    /// <summary>Puts the hash into the blank comment.</summary>
    /// <param name="file">A whole archive, to be read and written.</param>
    public static void Close(Stream file) => file.Write(Encoding.ASCII.GetBytes(HashOf(file).ToString()));

    /// <summary>Whether the bytes are those that were sealed.</summary>
    public static bool Holds(Stream file)
    {
        if (file.Length < Digits) return false;
        var (hash, end) = (HashOf(file), new byte[Digits]);
        file.ReadExactly(end);
        return Encoding.ASCII.GetString(end) == hash.ToString();
    }

    /// <summary>Whether a file looks as if it were an archive, whole or damaged; one that is empty does, too.</summary>
    public static bool MayBeOf(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length == 0) return true;
        if (file.Length < Digits) return false;
        Span<byte> begin = stackalloc byte[2], end = stackalloc byte[Digits];
        file.ReadExactly(begin);
        file.Position = file.Length - Digits;
        file.ReadExactly(end);
        return begin.SequenceEqual("PK"u8) && Encoding.ASCII.GetString(end).All(char.IsAsciiHexDigitLower);
    }

    /// <summary>Hashes all but the seal, and stops before it.</summary>
    static ContentHash HashOf(Stream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        file.Position = 0;
        for (var left = file.Length - Digits; left > 0;)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0) throw new EndOfStreamException();
            hash.AppendData(buffer, 0, read);
            left -= read;
        }
        return new ContentHash(hash.GetHashAndReset());
    }
}
