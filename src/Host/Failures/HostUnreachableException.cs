namespace ActorRlhf.Host.Failures;

/// <summary>Nobody answers where a host should be.</summary>
/// <param name="server">Its address.</param>
/// <param name="why">What was tried and came of it.</param>
sealed class HostUnreachableException(string server, string why)
    : Exception($"no host can be reached at {server}: {why}. Is it up, and is the address right? 'serve' starts one, --server names one")
{
    /// <summary>Its address.</summary>
    public string Server => server;
}
