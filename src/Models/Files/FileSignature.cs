namespace ActorRlhf.Models.Files;

/// <summary>Recognises the formats that are mistaken for ours, so that an error can say what the file is.</summary>
public static class FileSignature
{
    static readonly (byte[] Start, string Name)[] s_known =
    [
        ([.. "PK\x03\x04"u8], "a zip archive, as torch.save writes it"),
        ([0x80, 2], "a Python pickle"),
        ([0x80, 3], "a Python pickle"),
        ([0x80, 4], "a Python pickle"),
        ([0x80, 5], "a Python pickle"),
        ([0x1F, 0x8B], "a gzip file"),
        ([.. "GGUF"u8], "a GGUF file"),
        ([.. "\x89HDF"u8], "an HDF5 file"),
        ([.. "version https://git-lfs"u8], "a Git LFS pointer, not the file itself"),
        ([.. "../"u8], "the text of a symbolic link, as git leaves it where links are switched off"),
        ([0xFF, 0xFE], "a text in UTF-16"),
        ([0xFE, 0xFF], "a text in UTF-16"),
        ([.. "<!"u8], "a web page"),
        ([.. "<html"u8], "a web page"),
        ([.. "{"u8], "bare JSON"),
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
