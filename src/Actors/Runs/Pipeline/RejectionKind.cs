namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Why a run was not launched, or a command not carried out, for whoever answers people and scripts.</summary>
public enum RejectionKind
{
    /// <summary>Not as the run stands.</summary>
    Impossible,
    /// <summary>What was asked for is wrong in itself: its recipe, an override.</summary>
    Invalid,
    /// <summary>It takes more memory than the host has.</summary>
    TooLarge,
    /// <summary>Something that it names is not there.</summary>
    NotFound,
    /// <summary>Somebody has to accept this build first.</summary>
    OtherBuild,
    /// <summary>The journal's database is busy or away: asking again may help.</summary>
    Unavailable,
    /// <summary>Its actor has stopped and is started again in a moment: asking then may help.</summary>
    StartsAgain,
    /// <summary>A file, a disk or a log stands in the way.</summary>
    Failed,
    /// <summary>Nobody foresaw it; the log has the details.</summary>
    Unforeseen,
}
