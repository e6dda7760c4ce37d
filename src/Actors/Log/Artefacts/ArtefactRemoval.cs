using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>
/// Removes artefacts beside writers that go on; see <see cref="ArtefactStore.BeginRemoval"/>. Dispose it when it is over.
/// </summary>
sealed class ArtefactRemoval : IDisposable
{
    readonly ArtefactStore _store;
    readonly ArtefactClaims _claims;

    public ArtefactRemoval(ArtefactStore store, ArtefactClaims claims)
    {
        (_store, _claims) = (store, claims);
        claims.Begin();
    }

    /// <summary>Removes an artefact that no log names, unless somebody is about to name it.</summary>
    /// <param name="hash">Which.</param>
    /// <param name="owner">Whose claim does not count, because he is not at work meanwhile; null for nobody.</param>
    /// <returns>Whether it is gone.</returns>
    public bool TryRemove(ContentHash hash, string? owner = null) => _claims.TryRemove(hash, owner, _store.Remove);

    public void Dispose() => _claims.End();
}
