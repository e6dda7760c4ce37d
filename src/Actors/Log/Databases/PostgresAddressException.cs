namespace ActorRlhf.Actors.Log.Databases;

/// <summary>What should say where a PostgreSQL database is does not.</summary>
/// <param name="problem">Why, and what was expected.</param>
public sealed class PostgresAddressException(string problem) : Exception(problem);
