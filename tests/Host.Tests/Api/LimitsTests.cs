using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>What one client can cost a host.</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task Requests_MoreThanATokenMaySend_AreToldWhenToComeBack()
    {
        // They come back within a day, so not within this test.
        await using var host = await ServedHost.StartAsync(rates: new RateLimits(1, 5, 1, 3, TimeSpan.FromDays(1)));

        var reads = await StatusesAsync(6, () => host.Client.GetAsync("/v1/runs"));
        var writes = await StatusesAsync(4, () => host.Client.PostAsync("/v1/runs/none/stop", null));

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 5), HttpStatusCode.TooManyRequests], reads);
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.NotFound, 3), HttpStatusCode.TooManyRequests], writes);
        using var refused = await host.Client.GetAsync("/v1/runs");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        // Another token has its own, and the monitor is never kept waiting.
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer",
            new TokenBook(host.Directory).Add("another", [Scopes.Read], null, TimeProvider.System.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/v1/runs")).StatusCode);
        Assert.All(
            await StatusesAsync(10, () => host.Client.GetAsync(HealthRoutes.Live)), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Body_ThatComesTooSlowly_IsNotWaitedFor()
    {
        await using var host = await ServedHost.StartAsync();
        using var client = await ConnectAsync(host);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: 1000\r\nAuthorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n{{"));

        var answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_ThatNobodyReads_AreDroppedAndCostNoMemory()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 150);
        await host.AwaitAsync(run, "completed");
        var streams = host.Server.Services.GetRequiredService<OpenStreams>();
        var all = (await host.Client.GetByteArrayAsync($"/v1/runs/{run}/events?limit=1000")).Length;
        Assert.True(all > 600_000, $"{all} bytes would fit into buffers");
        // So many that what pools keep for each thread, some megabytes more or less, does not count.
        const int clients = 60;
        // What is kept once for all who follow a run is there before the others come.
        await using var read = await host.Client.GetStreamAsync($"/v1/runs/{run}/stream");
        await read.ReadExactlyAsync(new byte[all]);
        using var over = new CancellationTokenSource();
        var reading = read.CopyToAsync(Stream.Null, over.Token);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var idle = new List<TcpClient>();
        for (var i = 0; i < clients; i++)
        {
            var client = await ConnectAsync(host);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/runs/{run}/stream HTTP/1.1\r\nHost: localhost\r\n"
                + $"Authorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n"));
            idle.Add(client);
        }
        var most = 0L;
        await Until(() =>
        {
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            return streams is { Open: 1, Dropped: clients };
        });

        Assert.Equal((1, clients), (streams.Open, streams.Dropped));
        Assert.True(most < clients * 500_000L, $"{most:N0} bytes for {clients} streams, of which each has {all:N0} to send");
        foreach (var client in idle)
        {
            // Each got the beginning, and never the end.
            var got = await DrainAsync(client);
            Assert.InRange(got, 1, all - 1);
            client.Dispose();
        }
        Assert.False(reading.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../token")]
    [InlineData("..%2f..%2ftoken")]
    [InlineData("%2e%2e%2f%2e%2e%2ftoken")]
    [InlineData("..%5c..%5ctoken")]
    [InlineData("....//....//token")]
    [InlineData("/etc/passwd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("token%00")]
    [InlineData("run-x-evaluations")]
    [InlineData("latest%0d%0aX-Evil:1")]
    [InlineData("~")]
    [InlineData("C:%5cwindows")]
    [InlineData("%c0%ae%c0%ae/token")]
    public async Task Names_ThatLeadElsewhere_NameNothing(string name)
    {
        await using var host = await ServedHost.StartAsync();
        var token = await File.ReadAllTextAsync(TokenFile.In(host.Directory));
        await host.SubmitAsync();
        var document = await host.GetAsync("/openapi/v1.json");

        foreach (var path in document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains('{', StringComparison.Ordinal)))
            foreach (var verb in path.Value.EnumerateObject())
            {
                var (status, text) = await RawAsync(host, verb.Name.ToUpperInvariant(), Filled(path.Name, name));
                // What is tidied up may be another route of this host, which a token may ask for anyway.
                Assert.True(status is 400 or 404 or 405 || status == 200 && name.StartsWith("..", StringComparison.Ordinal),
                    $"{verb.Name} {path.Name} of {name}: {status} {text}");
                Assert.DoesNotContain(token.Trim(), text, StringComparison.Ordinal);
                Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
                Assert.DoesNotContain("\nX-Evil", text, StringComparison.Ordinal);
            }
        Assert.Single(new RunReader(host.Store).Runs());
    }

    static string Filled(string pattern, string name)
    {
        var parts = pattern.Split('/').Select(part => part.StartsWith('{') ? name : part);
        return string.Join('/', parts);
    }

    /// <summary>Sends a path as it is: an HTTP client would tidy it up.</summary>
    static async Task<(int Status, string Text)> RawAsync(ServedHost host, string verb, string path)
    {
        using var client = await ConnectAsync(host);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + $"Content-Length: {(verb is "GET" ? 0 : 2)}\r\nContent-Type: application/json\r\n"
            + $"Authorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n{(verb is "GET" ? "" : "{}")}"));
        // The beginning of the answer: a stream has no end.
        var answer = new byte[8192];
        var text = Encoding.UTF8.GetString(answer, 0, await stream.ReadAtLeastAsync(answer, 16, throwOnEndOfStream: false));
        return (int.Parse(text.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), text);
    }

    static async Task<TcpClient> ConnectAsync(ServedHost host)
    {
        var client = new TcpClient { ReceiveBufferSize = 8192 };
        await client.ConnectAsync(host.Server.Address.Host, host.Server.Address.Port);
        return client;
    }

    static async Task<long> DrainAsync(TcpClient client)
    {
        var (buffer, got) = (new byte[1 << 16], 0L);
        try
        {
            while (await client.GetStream().ReadAsync(buffer) is > 0 and var read) got += read;
        }
        catch (IOException) { } // the connection was reset
        return got;
    }

    static async Task Until(Func<bool> there)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var left = 600; left > 0 && !there(); left--) await timer.WaitForNextTickAsync();
    }

    static async Task<HttpStatusCode[]> StatusesAsync(int times, Func<Task<HttpResponseMessage>> send)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < times; i++)
        {
            using var response = await send();
            statuses.Add(response.StatusCode);
        }
        return [.. statuses];
    }
}
