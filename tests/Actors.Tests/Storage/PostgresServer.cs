using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>A PostgreSQL server of a test's own: a cluster in a temporary directory, at a port that is free.</summary>
sealed class PostgresServer : IDisposable
{
    const string Installed = "/usr/lib/postgresql", User = "actorrlhf";
    static readonly Lazy<PostgresServer> s_shared = new(() =>
    {
        var server = new PostgresServer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-postgres-").FullName;
    readonly int _port = FreePort();
    int _databases;
    bool _answers;

    public PostgresServer()
    {
        // The server refuses to be root.
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", _folder);
        Execute("initdb", "--pgdata", Cluster, "--auth", "trust", "--username", User, "--no-locale", "--encoding", "UTF8");
        Start();
    }

    /// <summary>One that all tests use that do it no harm.</summary>
    public static PostgresServer Shared => s_shared.Value;

    /// <summary>Why there can be none here; null if there can.</summary>
    public static string? WhyNot => Programs is null ? $"PostgreSQL is not installed (Debian's package postgresql, in {Installed})" : null;

    static string? Programs => Directory.Exists(Installed)
        ? Directory.EnumerateDirectories(Installed).Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    string Cluster => Path.Combine(_folder, "cluster");

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        Execute("pg_ctl", "--pgdata", Cluster, "--wait", "--timeout", "300", "--log", Path.Combine(_folder, "log"), "--options",
            string.Create(CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="), "start");
        _answers = true;
    }

    /// <summary>Stops answering; connections are cut, and what was not committed is undone.</summary>
    public void Stop()
    {
        if (_answers) Execute("pg_ctl", "--pgdata", Cluster, "--wait", "--timeout", "300", "--mode", "immediate", "stop");
        _answers = false;
    }

    /// <summary>An empty database, as a connection string.</summary>
    public string NewDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection($"{At("postgres")};Command Timeout=0");
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return At(name);
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    string At(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Database={database};Username={User};Pooling=false");

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static void Execute(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs ?? throw new InvalidOperationException(WhyNot), program);
        if (Environment.IsPrivilegedProcess) Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]);
        else Run(path, arguments);
    }

    static void Run(string program, params string[] arguments)
    {
        // The server inherits what it is given and keeps it open, so nothing of it is read here.
        string[] shell = ["-c", "exec \"$@\" > /dev/null 2>&1", "sh", program, .. arguments];
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", shell) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
