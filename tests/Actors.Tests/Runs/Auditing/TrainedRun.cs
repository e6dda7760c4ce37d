using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A real run to its end, with retention, trained once; each test forges a copy of its data directory.</summary>
public sealed class TrainedRun : IAsyncLifetime
{
    internal static readonly RunId Id = RunId.Parse("audited");
    internal static readonly Recipe Recipe = Some.Recipe("checkpoint.every=1", "checkpoint.keep=2");

    public string Folder { get; private set; } = "";
    public StreamHead Head { get; private set; }

    public async Task InitializeAsync()
    {
        await using var host = await RunsHost.StartAsync();
        (Folder, Head) = (host.Directory, (await host.TrainAsync(Id.Value, Recipe)).Head);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Forgery Copy() => new(Folder, Id);

    /// <summary>The same run with its journal in PostgreSQL.</summary>
    internal string OnPostgres() => Stores.Move(StoreKind.Postgres, Temporary.CopyOf(Folder));
}
