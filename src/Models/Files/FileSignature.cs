namespace ActorRlhf.Models.Files;

/// <summary>Recognises the formats that are mistaken for ours, so that an error can say what the file is.</summary>
public static class FileSignature
{
    /// <summary>What <see cref="Describe"/> says of a text that begins as a JSON object does.</summary>
    public const string Json = "bare JSON";

    static readonly (byte[] Start, string Name)[] s_known =
    [
        ([.. "PK\x03\x04"u8], "a zip archive, as torch.save writes it"),
        ([0x80, 2], "a Python pickle"),
        ([0x80, 3], "a Python pickle"),
        ([0x80, 4], "a Python pickle"),
        ([0x80, 5], "a Python pickle"),
        ([0x1F, 0x8B], "a gzip file"),
        ([.. "GGUF"u8], "a GGUF file"),
        ([0x89, .. "HDF"u8], "an HDF5 file"),
        ([.. "version https://git-lfs"u8], "a Git LFS pointer, not the file itself"),
        ([.. "../"u8], "the text of a symbolic link, as git leaves it where links are switched off"),
        ([.. "version https://hawser"u8], "a Git LFS pointer, not the file itself"),
        ([.. "/annex/objects/"u8], "a git-annex pointer, not the file itself"),
        ([.. "PK\x05\x06"u8], "an empty zip archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
        ([.. "BZh"u8], "a bzip2 file"),
        ([0xFD, .. "7zXZ\0"u8], "an xz file"),
        ([0x04, 0x22, 0x4D, 0x18], "an lz4 file"),
        ([.. "7z"u8, 0xBC, 0xAF], "a 7z archive"),
        ([.. "PAR1"u8], "a Parquet file"),
        ([.. "PARE"u8], "an encrypted Parquet file"),
        ([.. "ARROW1"u8], "an Arrow file"),
        ([.. "SQLite format 3"u8], "an SQLite database"),
        // UTF-32 first: its little-endian mark begins with that of UTF-16.
        ([0xFF, 0xFE, 0, 0], "a text in UTF-32"),
        ([0, 0, 0xFE, 0xFF], "a text in UTF-32"),
        ([0xFF, 0xFE], "a text in UTF-16"),
        ([0xFE, 0xFF], "a text in UTF-16"),
        ([.. "{\0\0\0"u8], "a text in UTF-32"),
        ([.. "\0\0\0{"u8], "a text in UTF-32"),
        ([.. "{\0"u8], "a text in UTF-16"),
        ([.. "\0{"u8], "a text in UTF-16"),
        ([.. "<!"u8], "a web page"),
        ([.. "<html"u8], "a web page"),
        ([.. "{"u8], Json),
    ];

    /// <summary>The number of first bytes that <see cref="Describe"/> can use.</summary>
    public const int Length = 24;

    /// <summary>What the first bytes of a file look like, in words that finish "this looks like …", or null when nothing is recognised.</summary>
    public static string? Describe(ReadOnlySpan<byte> start)
    {
        foreach (var (known, name) in s_known)
            if (start.StartsWith(known)) return name;
        return null;
    }
}
