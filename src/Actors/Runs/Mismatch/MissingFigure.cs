namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>A figure that the ledger does not have.</summary>
/// <param name="Figure">Which.</param>
/// <param name="Why">Why not.</param>
public sealed record MissingFigure(string Figure, string Why);
