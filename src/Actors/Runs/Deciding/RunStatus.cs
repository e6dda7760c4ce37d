namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>Where a run stands; on disk and in JSON its name in lower case.</summary>
public enum RunStatus
{
    /// <summary>Not started.</summary>
    Queued,
    /// <summary>Training, or waiting for a host that goes on with it.</summary>
    Running,
    /// <summary>Waiting for a person.</summary>
    Paused,
    /// <summary>Reached its last step.</summary>
    Completed,
    /// <summary>Ended by an error.</summary>
    Failed,
    /// <summary>Ended by a person.</summary>
    Stopped,
    /// <summary>Ended because executing a step again gave another result.</summary>
    Diverged,
}
