namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>What becomes of a line that a witness on the network did not take at once.</summary>
enum LineFate
{
    /// <summary>It is sent again.</summary>
    Waits,
    /// <summary>It was taken after all.</summary>
    ToldLate,
    /// <summary>It is not sent any more.</summary>
    Lost,
}
