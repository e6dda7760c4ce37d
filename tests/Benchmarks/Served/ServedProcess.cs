using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>The real host in a process of its own, at a port that is free, and a client that has its token.</summary>
/// <remarks>Dispose it to kill it.</remarks>
sealed class ServedProcess : IDisposable
{
    const string Listening = "listening at ";
    const int MostConnections = 350;                  // a host takes 400
    readonly Process _process;

    ServedProcess(Process process, TimeSpan ready, HttpClient client) => (_process, Ready, Client) = (process, ready, client);

    /// <summary>From the start of the process to the line that says where it listens.</summary>
    public TimeSpan Ready { get; }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>Its resident memory now, in MB.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time that it has taken.</summary>
    public TimeSpan Busy
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="arguments">More of <c>serve</c>.</param>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public static async Task<ServedProcess> StartAsync(string data, params IEnumerable<string> arguments)
    {
        string[] serve = [Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll"), "serve", "--data", data, "--urls", "http://127.0.0.1:0"];
        var clock = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("dotnet", [.. serve, .. arguments]) { RedirectStandardError = true })!;
        List<string> said = [];
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (!line.StartsWith(Listening, StringComparison.Ordinal)) continue;
            var ready = clock.Elapsed;
            _ = process.StandardError.ReadToEndAsync(); // or it would stop at a full pipe
            return new ServedProcess(process, ready, NewClient(new Uri(line[Listening.Length..line.IndexOf(',')]), data));
        }
        throw new InvalidOperationException($"serve ended before it listened: {string.Join('\n', said)}");
    }

    /// <summary>Submits a run, and gives its id.</summary>
    /// <param name="recipe">Its recipe's name.</param>
    /// <param name="settings">Overrides, <c>key=value</c>.</param>
    /// <exception cref="HttpRequestException">The host did not take it.</exception>
    public async Task<string> SubmitAsync(string recipe, params IEnumerable<string> settings)
    {
        using var response = await SubmitAsync(recipe, key: null, settings);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("run").GetString()!;
    }

    /// <summary>Submits a run, whatever the answer is.</summary>
    /// <param name="recipe">Its recipe's name.</param>
    /// <param name="key">Idempotency key; null for none.</param>
    /// <param name="settings">Overrides, <c>key=value</c>.</param>
    public async Task<HttpResponseMessage> SubmitAsync(string recipe, string? key, IEnumerable<string> settings)
    {
        var set = settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/runs") { Content = JsonContent.Create(new { recipe, set }) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request);
    }

    /// <summary>Waits until a run has ended.</summary>
    /// <exception cref="InvalidOperationException">It ended otherwise than <c>completed</c>.</exception>
    public async Task CompletedAsync(string run)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync())
            switch ((await Client.GetFromJsonAsync<JsonElement>($"/v1/runs/{run}")).GetProperty("state").GetString())
            {
                case "completed": return;
                case "queued" or "running": continue;
                case var state: throw new InvalidOperationException($"run {run} is {state}, not completed");
            }
    }

    /// <summary>A stream's events, as they come, in JSON.</summary>
    /// <param name="path">Of the stream.</param>
    /// <param name="ct">Ends it.</param>
    public async IAsyncEnumerable<string> StreamAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = new StreamReader(await Client.GetStreamAsync(path, ct));
        var isStored = false;                         // progress has no id, and is stored nowhere
        while (await reader.ReadLineAsync(ct) is { } line)
            if (line.StartsWith("id: ", StringComparison.Ordinal)) isStored = true;
            else if (line.Length == 0) isStored = false;
            else if (isStored && line.StartsWith("data: ", StringComparison.Ordinal))
                yield return line["data: ".Length..];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    static HttpClient NewClient(Uri address, string data)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = MostConnections };
        var client = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(data, "token")).Trim());
        return client;
    }
}
