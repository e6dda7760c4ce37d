namespace ActorRlhf.Host.Api;

/// <summary>What a token allows; the names of the policies that every route has one of.</summary>
static class Scopes
{
    /// <summary>See runs.</summary>
    public const string Read = "read";
    /// <summary>Submit, pause, resume, stop and fork runs.</summary>
    public const string Operate = "operate";

    /// <summary>All of them.</summary>
    public static readonly string[] All = [Read, Operate];
}
