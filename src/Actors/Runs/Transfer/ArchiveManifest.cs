using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A stream in an archive.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Events">How many.</param>
/// <param name="Head"><c>SEQUENCE:HASH</c> of the last one.</param>
/// <param name="Bytes">Size of the entry.</param>
/// <param name="Sha256">Of the entry.</param>
sealed record ArchivedStream(string Stream, long Events, string Head, long Bytes, ContentHash Sha256);

/// <summary>An artefact in an archive.</summary>
/// <param name="Sha256">Its name.</param>
/// <param name="Bytes">Its size.</param>
sealed record ArchivedArtefact(ContentHash Sha256, long Bytes);

/// <summary>What an archive holds, entry by entry: <c>manifest.json</c>.</summary>
/// <param name="Format"><see cref="RunFormat"/> or <see cref="BackupFormat"/>.</param>
/// <param name="Run">The run that was exported; null in a backup.</param>
/// <param name="Streams">In ordinal order.</param>
/// <param name="Artefacts">In order of their hashes.</param>
sealed record ArchiveManifest(string Format, string? Run, IReadOnlyList<ArchivedStream> Streams, IReadOnlyList<ArchivedArtefact> Artefacts)
{
    /// <summary>One run with its ancestors.</summary>
    public const string RunFormat = "actorrlhf-run/1";
    /// <summary>A whole data directory.</summary>
    public const string BackupFormat = "actorrlhf-backup/1";

    static readonly JsonSerializerOptions s_format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The bytes of the entry, the same for the same content.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_format);

    /// <exception cref="JsonException">The bytes are no manifest.</exception>
    public static ArchiveManifest Parse(ReadOnlySpan<byte> bytes)
    {
        var manifest = JsonSerializer.Deserialize<ArchiveManifest>(bytes, s_format) ?? throw new JsonException("the manifest is null");
        return manifest.Streams.Any(stream => stream is null) || manifest.Artefacts.Any(artefact => artefact is null)
            ? throw new JsonException("a list has a null in it")
            : manifest;
    }
}
