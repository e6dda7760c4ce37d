namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>A witness or a webhook on the network.</summary>
/// <param name="Url">Takes each letter as the body of a POST: <c>https</c>, or <c>http</c> on this machine.</param>
/// <param name="TokenFile">Path of the file that has the bearer token for it; null where it needs none.</param>
sealed record MailAddress(Uri Url, string? TokenFile);
