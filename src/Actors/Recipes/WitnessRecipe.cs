namespace ActorRlhf.Actors.Recipes;

/// <summary>Who else is told how far the log is, section <c>witness</c>. It changes no weights.</summary>
public sealed record WitnessRecipe
{
    /// <summary>
    /// A file, on another disk if it is to be of use, to which each checkpoint and each end of the run adds a line. Default none.
    /// </summary>
    public string? File { get; init; }
    /// <summary>An address to which the same lines are sent: <c>https</c>, or <c>http</c> on this machine. Default none.</summary>
    public Uri? Url { get; init; }
    /// <summary>The file that has the bearer token for it. Default none.</summary>
    public string? TokenFile { get; init; }
}
