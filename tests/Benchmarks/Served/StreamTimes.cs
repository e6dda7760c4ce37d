using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>
/// How late events come to those who follow a run, and what clients that never read cost a host.
/// </summary>
/// <remarks>An event's time is that of its making, so what storing it takes is counted.</remarks>
static class StreamTimes
{
    const int Clients = 200, Silent = 20, EventsBefore = 2_000;
    const string All = "/v1/stream?from=start";
    static readonly TimeSpan s_calm = TimeSpan.FromSeconds(10), s_crowded = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);

    /// <summary>Prints both tables.</summary>
    public static async Task RunAsync(StoreKind store)
    {
        await LatencyAsync(store);
        await MemoryAsync(store);
    }

    static async Task LatencyAsync(StoreKind store)
    {
        using var place = new Place(store);
        using var host = await place.ServeAsync();
        var run = await host.SubmitAsync("pocket-tiny", "rl.steps=100");
        var (one, all) = (FollowAsync(host, $"/v1/runs/{run}/stream"), FollowAsync(host, "/v1/stream"));
        Console.WriteLine("| stream | store | events | p50, ms | p99, ms | max, ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var (what, times) in new[] { ("of the run", await one), ("of all runs", await all) })
            Console.WriteLine(FormattableString.Invariant(
                $"| {what} | {store} | {times.Count} | {times.Within(0.5):0} | {times.Within(0.99):0} | {times.Most:0} |"));
    }

    /// <summary>Follows a stream until its run has ended; what had happened before is not counted.</summary>
    static async Task<Latencies> FollowAsync(ServedProcess host, string path)
    {
        var (began, samples) = (DateTimeOffset.UtcNow, new List<TimeSpan>());
        await foreach (var json in host.StreamAsync(path, CancellationToken.None))
        {
            var (now, line) = (DateTimeOffset.UtcNow, JsonDocument.Parse(json).RootElement);
            var time = line.GetProperty("time").GetDateTimeOffset();
            if (time > began) samples.Add(now - time);
            if (line.GetProperty("type").GetString() == "run.completed") break;
        }
        return new Latencies(samples);
    }

    static async Task MemoryAsync(StoreKind store)
    {
        using var place = new Place(store);
        await place.FillAsync([(RunId.Parse("synthetic").TrainingStream, new SyntheticLog().Training(EventsBefore))]);
        using var host = await place.ServeAsync();
        await host.SubmitAsync("pocket-tiny", "rl.steps=1000000");
        var before = await HighestAsync(host, s_calm);
        using var over = new CancellationTokenSource();
        Socket[] silent = [.. Enumerable.Range(0, Silent).Select(_ => AskAndReadNothing(host))];
        Task<int>[] reading = [.. Enumerable.Range(Silent, Clients - Silent).Select(_ => CountAsync(host, over.Token))];
        var during = await HighestAsync(host, s_crowded);
        var dropped = silent.Count(WasDropped);
        await over.CancelAsync();
        var read = await Task.WhenAll(reading);
        foreach (var socket in silent) socket.Dispose();
        var after = await HighestAsync(host, s_calm);
        Console.WriteLine(FormattableString.Invariant(
            $"\n| {Clients} clients, {Silent} never read | before, MB | during, MB | after, MB | dropped | least read, events |"));
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(FormattableString.Invariant(
            $"| {store} | {before:0} | {during:0} | {after:0} | {dropped} of {Silent} | {read.Min()} |"));
    }

    static async Task<double> HighestAsync(ServedProcess host, TimeSpan time)
    {
        var highest = 0.0;
        using var timer = new PeriodicTimer(s_look);
        for (var looks = time / s_look; looks > 0 && await timer.WaitForNextTickAsync(); looks--)
            highest = Math.Max(highest, host.Megabytes);
        return highest;
    }

    static async Task<int> CountAsync(ServedProcess host, CancellationToken ct)
    {
        var events = 0;
        try { await foreach (var _ in host.StreamAsync(All, ct)) events++; }
        catch (OperationCanceledException) { }
        return events;
    }

    static Socket AskAndReadNothing(ServedProcess host)
    {
        const int LeastBuffer = 4096;
        var address = host.Client.BaseAddress!;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = LeastBuffer };
        socket.Connect(address.Host, address.Port);
        socket.Send(Encoding.ASCII.GetBytes($"GET {All} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + $"Authorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n"));
        return socket;
    }

    /// <summary>Whether the host has cut the connection: then there is an end to what is read.</summary>
    static bool WasDropped(Socket socket)
    {
        const int Patience = 1000;                    // ms
        socket.ReceiveTimeout = Patience;
        var buffer = new byte[1 << 16];
        try
        {
            while (socket.Receive(buffer) > 0) { }
            return true;
        }
        catch (SocketException cut) { return cut.SocketErrorCode == SocketError.ConnectionReset; }
    }
}
