namespace ActorRlhf.Models.Files;

/// <summary>Recognises the formats that are mistaken for ours, so that an error can say what the file is and what helps.</summary>
static class FileSignature
{
    /// <summary>A text that begins as a JSON object does.</summary>
    public static readonly FileFormat Json = new("bare JSON");

    static readonly FileFormat
        s_empty = new("an empty file"),
        s_zip = new("a zip archive, as torch.save writes it"),
        s_pickle = new("a Python pickle"),
        s_pointer = new("a Git LFS pointer, not the file itself", "Get the file itself; in a clone, 'git lfs pull' does."),
        s_annex = new("a git-annex pointer, not the file itself", "Get the file itself; in a clone, 'git annex get' does."),
        s_link = new("the text of a symbolic link, as git leaves it where links are switched off", "Put the file there to which it leads."),
        s_utf32 = new("a text in UTF-32", SaveAsUtf8),
        s_utf16 = new("a text in UTF-16", SaveAsUtf8),
        s_page = new("a web page: the download went wrong", DownloadAgain),
        s_xml = new("XML, as a server answers where there is no such file: the download went wrong", DownloadAgain);

    const string SaveAsUtf8 = "Save it as UTF-8.";
    const string DownloadAgain = "Download the file itself; open the page to see whether the address was wrong or a login is needed.";

    static readonly (byte[] Start, FileFormat Format)[] s_known =
    [
        ([.. "PK\x03\x04"u8], s_zip),
        ([0x80, 2], s_pickle),
        ([0x80, 3], s_pickle),
        ([0x80, 4], s_pickle),
        ([0x80, 5], s_pickle),
        ([0x1F, 0x8B], Packed("a gzip file")),
        ([.. "GGUF"u8], new("a GGUF file")),
        ([0x89, .. "HDF"u8], new("an HDF5 file")),
        ([.. "version https://git-lfs"u8], s_pointer),
        ([.. "../"u8], s_link),
        ([.. "version https://hawser"u8], s_pointer),
        ([.. "/annex/objects/"u8], s_annex),
        ([.. "PK\x05\x06"u8], new("an empty zip archive")),
        ([0x28, 0xB5, 0x2F, 0xFD], Packed("a zstd file")),
        ([.. "BZh"u8], Packed("a bzip2 file")),
        ([0xFD, .. "7zXZ\0"u8], Packed("an xz file")),
        ([0x04, 0x22, 0x4D, 0x18], Packed("an lz4 file")),
        ([.. "7z"u8, 0xBC, 0xAF], Packed("a 7z archive")),
        ([.. "PAR1"u8], new("a Parquet file")),
        ([.. "PARE"u8], new("an encrypted Parquet file")),
        ([.. "ARROW1"u8], new("an Arrow file")),
        ([.. "SQLite format 3"u8], new("an SQLite database")),
        // UTF-32 first: its little-endian mark begins with that of UTF-16.
        ([0xFF, 0xFE, 0, 0], s_utf32),
        ([0, 0, 0xFE, 0xFF], s_utf32),
        ([0xFF, 0xFE], s_utf16),
        ([0xFE, 0xFF], s_utf16),
        ([.. "{\0\0\0"u8], s_utf32),
        ([.. "\0\0\0{"u8], s_utf32),
        ([.. "{\0"u8], s_utf16),
        ([.. "\0{"u8], s_utf16),
        ([.. "<!"u8], s_page),
        ([.. "<html"u8], s_page),
        ([.. "<HTML"u8], s_page),
        ([.. "<head"u8], s_page),
        ([.. "<?xml"u8], s_xml),
        ([.. "<Error>"u8], s_xml),
        ([.. "{"u8], Json),
    ];

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The number of first bytes that <see cref="Recognise"/> can use.</summary>
    public const int Length = 24;

    /// <summary>What a file is by its first bytes; null when nothing is recognised.</summary>
    /// <param name="start">At least <see cref="Length"/> bytes, or all of a shorter file.</param>
    public static FileFormat? Recognise(ReadOnlySpan<byte> start)
    {
        start = WithoutByteOrderMark(start);
        if (start.IsEmpty) return s_empty;
        foreach (var (known, format) in s_known)
            if (start.StartsWith(known)) return format;
        return null;
    }

    /// <summary>What follows the mark that a text in UTF-8 may begin with.</summary>
    internal static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;

    static FileFormat Packed(string name) => new(name, "Unpack it.");
}
