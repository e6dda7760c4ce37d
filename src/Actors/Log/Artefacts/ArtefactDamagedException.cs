using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>The bytes of an artefact no longer give its hash.</summary>
/// <param name="hash">The artefact that was asked for.</param>
/// <param name="path">The file that was read.</param>
/// <param name="found">The SHA-256 of the bytes that were read.</param>
public sealed class ArtefactDamagedException(ContentHash hash, string path, ContentHash found)
    : Exception(
        $"artefact {hash} is damaged: the bytes of {path} have the SHA-256 {found}. Restore the file from a backup of the data directory")
{
    /// <summary>The artefact that was asked for.</summary>
    public ContentHash Hash { get; } = hash;
    /// <summary>The file that was read.</summary>
    public string Path { get; } = path;
    /// <summary>The SHA-256 of the bytes that were read.</summary>
    public ContentHash Found { get; } = found;
}
