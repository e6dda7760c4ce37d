namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>A witness on the network.</summary>
/// <param name="Url">Takes each line as the body of a POST: <c>https</c>, or <c>http</c> on this machine.</param>
/// <param name="TokenFile">Path of the file that has the bearer token for it; null where it needs none.</param>
sealed record WitnessAddress(Uri Url, string? TokenFile);
