using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>An artefact that an event names is not in the store.</summary>
/// <param name="hash">The artefact that was asked for.</param>
/// <param name="path">Where it should be.</param>
public sealed class ArtefactMissingException(ContentHash hash, string path)
    : Exception($"artefact {hash} is missing: there is no file {path}. "
        + "Restore it from a backup of the data directory; its name is the SHA-256 of its bytes")
{
    /// <summary>The artefact that was asked for.</summary>
    public ContentHash Hash { get; } = hash;
    /// <summary>Where it should be.</summary>
    public string Path { get; } = path;
}
