using System.IO.Compression;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>What an archive's entries are called, and what they may be at all.</summary>
static partial class ArchiveEntries
{
    public const string Manifest = "manifest.json";

    // The earliest time that a zip knows: when an export was made is no part of it.
    public static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // In the upper half of the attributes; a file made elsewhere may say nothing at all.
    const int FileType = 0xF000, PlainFile = 0x8000;

    /// <summary>The entry of a stream.</summary>
    public static string OfStream(string stream) => $"streams/{stream}";

    /// <summary>The entry of an artefact.</summary>
    public static string OfArtefact(ContentHash hash) => $"artefacts/{hash}";

    /// <summary>The entries by name.</summary>
    /// <param name="zip">An archive from anywhere.</param>
    /// <param name="file">Its path.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <exception cref="ArchiveRefusedException">A name, a kind or a size is none that an archive may have.</exception>
    public static IReadOnlyDictionary<string, ZipArchiveEntry> Of(ZipArchive zip, string file, long size)
    {
        var (entries, total) = (new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal), 0L);
        foreach (var entry in zip.Entries)
        {
            var problem = !Form().IsMatch(entry.FullName) ? $"this name is none of {Manifest}, streams/STREAM and artefacts/SHA-256"
                : !entries.TryAdd(entry.FullName, entry) ? "it is there twice"
                : (entry.ExternalAttributes >> 16 & FileType) is not (0 or PlainFile)
                    ? "it is a link or something else that is no plain file"
                : entry.IsEncrypted ? "it is encrypted"
                // What is stored as it is cannot grow on the way out, so nothing in it is larger than the file.
                : entry.CompressedLength != entry.Length ? $"it is compressed, {Counted.Of(entry.CompressedLength, "byte")} for "
                    + $"{entry.Length}; entries are stored as they are"
                : (total += entry.Length) > size || entry.Length > size
                    ? $"with it the entries state more bytes than the {size} of the file"
                : null;
            if (problem is not null) throw new ArchiveRefusedException(file, entry.FullName, problem);
        }
        return entries;
    }

    [GeneratedRegex("^(manifest\\.json|streams/[a-z0-9-]{1,100}|artefacts/[0-9a-f]{64})\\z")]
    private static partial Regex Form();
}
