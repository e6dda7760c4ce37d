namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>What storing an artefact changed.</summary>
public enum PutOutcome
{
    /// <summary>Nothing: it was there and whole.</summary>
    Unchanged,
    /// <summary>There was none before.</summary>
    Added,
    /// <summary>It took the place of a damaged one.</summary>
    Mended,
}
