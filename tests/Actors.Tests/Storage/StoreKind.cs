namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>Where the journal of a test is.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}
