namespace ActorRlhf.Host.Api;

/// <summary>A token as <c>tokens list --json</c> prints it.</summary>
/// <param name="Name">By which logs name whoever has it.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="State"><c>good</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Made">When it was made, UTC.</param>
/// <param name="Expires">From when on it is refused, UTC; null for never.</param>
sealed record TokenLine(string Name, IReadOnlyList<string> Scopes, string State, DateTime Made, DateTime? Expires)
{
    public static TokenLine Of(KnownToken token, DateTimeOffset now) =>
        new(token.Name, token.Scopes, token.State(now), token.Made!.Value.UtcDateTime, token.Expires?.UtcDateTime);
}
