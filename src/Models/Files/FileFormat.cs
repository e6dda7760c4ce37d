namespace ActorRlhf.Models.Files;

/// <summary>A format that a file has instead of the one that is expected.</summary>
/// <param name="Name">Words that finish "this is …".</param>
/// <param name="NextStep">What helps wherever such a file is found; null where that depends on what was expected.</param>
sealed record FileFormat(string Name, string? NextStep = null);
