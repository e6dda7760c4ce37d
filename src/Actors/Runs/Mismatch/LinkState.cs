namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What is known of a link.</summary>
public enum LinkState
{
    /// <summary>There is not enough evidence to say.</summary>
    Unknown,
    /// <summary>It is established that it holds.</summary>
    Holds,
    /// <summary>Neither is established: what there is may be chance.</summary>
    NotEstablished,
    /// <summary>It is established that it is broken.</summary>
    Broken,
}
