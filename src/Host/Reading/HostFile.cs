using System.Net;
using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Host.Reading;

/// <summary>
/// The file <c>host</c> of a data directory, in which a long-lived host says where it listens, as long as it does.
/// </summary>
/// <remarks>
/// What a killed host left there is known by the lock: it is free, or another process has it. The file holds no secret; the token
/// is in its own.
/// </remarks>
sealed class HostFile : IDisposable
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    readonly string _path;

    HostFile(string path) => _path = path;

    /// <summary>Says that a host begins, which will say where it listens, until the result is disposed.</summary>
    /// <inheritdoc cref="Announce"/>
    public static HostFile Begin(string directory) => Write(directory, null);

    /// <summary>Says where a host listens, until the result is disposed.</summary>
    /// <param name="directory">Full path of the data directory, whose lock this process has.</param>
    /// <param name="address">Where it listens.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static HostFile Announce(string directory, Uri address) => Write(directory, FromHere(address));

    static HostFile Write(string directory, Uri? address)
    {
        var path = In(directory);
        // Whole or not there: readers look at it at any moment.
        var half = path + ".tmp";
        var entry = new Entry(address, Environment.ProcessId);
        File.WriteAllText(half, JsonSerializer.Serialize(entry, JsonSerializerOptions.Web) + "\n");
        File.Move(half, path, overwrite: true);
        return new HostFile(path);
    }

    /// <summary>Where the host listens that holds a directory; null where none does, or none that can be reached from here.</summary>
    /// <param name="directory">The data directory; null for the usual one.</param>
    public static Uri? AddressOf(string? directory) => EntryOf(directory)?.Address;

    /// <summary>The same; a host that is beginning is waited for.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="tell">Told before it waits, for people.</param>
    /// <param name="ct">Gives up waiting.</param>
    public static async Task<Uri?> AwaitAsync(string directory, Action<string> tell, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(s_look);
        for (var isTold = false; EntryOf(directory) is { } entry; isTold = true)
        {
            if (entry.Address is not null) return entry.Address;
            if (!isTold) tell($"a host that holds {directory} is starting; waiting for it");
            await timer.WaitForNextTickAsync(ct).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Takes it back.</summary>
    public void Dispose()
    {
        try { File.Delete(_path); }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException) { } // what is left names a process that is gone
    }

    /// <summary>By which address this machine reaches a host that listens on all of its own.</summary>
    static Uri FromHere(Uri address) => IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
        && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(address) { Host = ip.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]" }.Uri
            : address;

    static string In(string directory) => Path.Combine(directory, "host");

    /// <summary>What the host says that holds a directory; null where none does, or none that can be reached from here.</summary>
    static Entry? EntryOf(string? directory)
    {
        var path = In(Path.GetFullPath(directory ?? DataDirectory.DefaultPath));
        try
        {
            if (!File.Exists(path) || DataDirectory.WriterOf(directory) is not { } writer) return null;
            var entry = JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path), JsonSerializerOptions.Web);
            // From another machine that shares the directory the address leads nowhere; and a token is sent to it, so it is of this one.
            return entry?.ProcessId == writer.ProcessId && writer.Host == Environment.MachineName
                && entry.Address is null or { IsLoopback: true }
                ? entry
                : null;
        }
        catch (Exception unknown) when (
            unknown is IOException or UnauthorizedAccessException or JsonException or DataDirectoryInUseException)
        {
            return null; // it is just beginning or ending, or not ours to look at
        }
    }

    /// <param name="Address">null while it begins.</param>
    sealed record Entry(Uri? Address, int ProcessId);
}
