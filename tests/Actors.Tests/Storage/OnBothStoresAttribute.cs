using System.Reflection;
using Xunit.Sdk;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>
/// Runs a theory with its journal in SQLite and in PostgreSQL, whose kind is the last argument; without PostgreSQL in SQLite alone.
/// </summary>
/// <param name="arguments">The arguments before.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
sealed class OnBothStoresAttribute(params object[] arguments) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [.. arguments, StoreKind.Sqlite];
        if (PostgresServer.WhyNot is null) yield return [.. arguments, StoreKind.Postgres];
    }
}
