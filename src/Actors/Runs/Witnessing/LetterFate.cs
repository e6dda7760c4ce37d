namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>What becomes of a letter that was not taken at once.</summary>
enum LetterFate
{
    /// <summary>It is sent again.</summary>
    Waits,
    /// <summary>It was taken after all.</summary>
    ToldLate,
    /// <summary>It is not sent any more.</summary>
    Lost,
}
