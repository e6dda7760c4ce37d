namespace ActorRlhf.Host.Api;

/// <summary>A token as <c>tokens add --json</c> prints it, once.</summary>
/// <param name="Name">By which logs name whoever has it.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Expires">From when on it is refused, UTC; null for never.</param>
/// <param name="Token">The token itself.</param>
sealed record NewTokenLine(string Name, IReadOnlyList<string> Scopes, DateTime? Expires, string Token);
