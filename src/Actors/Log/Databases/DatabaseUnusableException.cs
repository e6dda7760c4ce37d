namespace ActorRlhf.Actors.Log.Databases;

/// <summary>The server on which the journal is cannot be reached, or does not do what it is asked for.</summary>
/// <param name="place">Which database.</param>
/// <param name="cause">What the driver or the server said.</param>
public sealed class DatabaseUnusableException(string place, Exception cause)
    : Exception($"the journal at {place} cannot be used: {cause.GetBaseException().Message.TrimEnd('.')}. "
        + "Check that the server is up, and the connection string's host, database, user and password", cause)
{
    /// <summary>Which database.</summary>
    public string Place { get; } = place;
}
