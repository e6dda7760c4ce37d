namespace ActorRlhf.Host.Api;

/// <summary>What a token allows; the names of the policies that every route has one of. None of them includes another.</summary>
static class Scopes
{
    /// <summary>See runs.</summary>
    public const string Read = "read";
    /// <summary>Submit, pause, resume, stop and fork runs, and let the host compute.</summary>
    public const string Operate = "operate";
    /// <summary>Bring code or data into runs that are under way.</summary>
    public const string Inject = "inject";
    /// <summary>Delete runs, and take others in.</summary>
    public const string Admin = "admin";

    /// <summary>All of them.</summary>
    public static readonly string[] All = [Read, Operate, Inject, Admin];
}
