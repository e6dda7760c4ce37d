namespace ActorRlhf.Host.Failures;

/// <summary>Somebody answers who is no host of this kind.</summary>
/// <param name="server">The address that was asked.</param>
/// <param name="what">What was answered.</param>
sealed class ForeignAnswerException(string server, string what)
    : Exception($"what answers at {server} is no host of ActorRlhf that this program knows: {what}. Is --server right?")
{
    /// <summary>The address that was asked.</summary>
    public string Server => server;
}
