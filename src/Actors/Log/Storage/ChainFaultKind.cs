namespace ActorRlhf.Actors.Log.Storage;

/// <summary>What happened to a stream at the first place where its chain does not hold.</summary>
public enum ChainFaultKind
{
    /// <summary>An event's bytes, hash or link were changed.</summary>
    Altered,
    /// <summary>An event was removed.</summary>
    Missing,
    /// <summary>An event was put in that was never written there.</summary>
    Inserted,
    /// <summary>Events of the stream changed places.</summary>
    Reordered,
    /// <summary>The stream ends before a head that somebody saw.</summary>
    Truncated,
}
