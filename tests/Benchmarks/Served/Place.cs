using System.Diagnostics;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Tests.Storage;
using Npgsql;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>A new data directory whose journal is in one of the stores, removed with this.</summary>
/// <param name="store">Which; a database is of a server that this process starts.</param>
sealed class Place(StoreKind store) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-served-").FullName;

    /// <summary>The directory; it is not there before something was done with it.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>An empty database, whose connections are kept for the next who needs one, as they are for everybody but tests.</summary>
    public static string NewDatabase() =>
        new NpgsqlConnectionStringBuilder(PostgresServer.Shared.NewDatabase()) { Pooling = true }.ConnectionString;

    /// <summary>A file of settings for the host beside the directory.</summary>
    public string Settings(string json)
    {
        var file = Path.Combine(_folder, "appsettings.json");
        File.WriteAllText(file, json);
        return file;
    }

    /// <summary>Starts a host on it.</summary>
    public Task<ServedProcess> ServeAsync(params IEnumerable<string> arguments) => ServedProcess.StartAsync(
        Data, store is StoreKind.Postgres && !Directory.Exists(Data)
            ? ["--postgres", NewDatabase(), .. arguments] : arguments);

    /// <summary>Writes streams to it; those for PostgreSQL into a file first, from which <c>migrate</c> moves them.</summary>
    /// <exception cref="InvalidOperationException"><c>migrate</c> failed.</exception>
    public async Task FillAsync(IEnumerable<(string Stream, IEnumerable<IEvent> Facts)> streams)
    {
        await LongLogs.WriteAsync(Data, streams);
        if (store is not StoreKind.Postgres) return;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll"), "migrate", "--from", Data, "--to", NewDatabase(), "--json",
        ])
        { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"migrate ended with exit code {process.ExitCode}");
        Console.WriteLine(FormattableString.Invariant($"moved to PostgreSQL in {clock.Elapsed.TotalSeconds:0} s\n"));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
