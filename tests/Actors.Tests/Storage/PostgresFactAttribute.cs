namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>A test on PostgreSQL, skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyNot;
}
