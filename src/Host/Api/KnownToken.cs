namespace ActorRlhf.Host.Api;

/// <summary>A token as a host knows it: by its digest, never by itself.</summary>
/// <param name="Name">By which logs name whoever has it; no other token has or had it.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Digest">SHA-256 of the token.</param>
/// <param name="Made">When it was made, UTC; null for the owner's.</param>
/// <param name="Expires">From when on it is refused, UTC; null for never.</param>
/// <param name="Revoked">Since when it is refused, UTC; null where it is not.</param>
sealed record KnownToken(
    string Name, IReadOnlyList<string> Scopes, byte[] Digest, DateTimeOffset? Made, DateTimeOffset? Expires, DateTimeOffset? Revoked)
{
    /// <summary>Name of the token that a host makes for its owner.</summary>
    public const string Owner = "owner";

    /// <summary><c>good</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public string State(DateTimeOffset now) => Revoked is not null ? "revoked" : Expires <= now ? "expired" : "good";
}
