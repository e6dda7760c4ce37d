using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Serving;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>A real host in this process, on a free port and a directory of its own, and a client that has its token.</summary>
sealed class ServedHost : IAsyncDisposable
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    readonly DataDirectory _data;
    readonly bool _ownsDirectory;

    ServedHost(DataDirectory data, Server server, bool ownsDirectory)
    {
        (_data, Server, _ownsDirectory) = (data, server, ownsDirectory);
        Client = new HttpClient { BaseAddress = server.Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TokenFile.Ensure(data.Path));
    }

    public Server Server { get; }
    public HttpClient Client { get; }
    public string Directory => _data.Path;
    public Store Store => _data.Store;

    public RunRecord Record(string run) => new RunReader(Store).Open(run);

    public static async Task<ServedHost> StartAsync(
        int concurrent = 2, string? directory = null, string? files = null, RateLimits? rates = null,
        Func<ServeSettings, ServeSettings>? with = null)
    {
        var data = DataDirectory.OpenForWriting(
            directory ?? System.IO.Directory.CreateTempSubdirectory("actorrlhf-serve-").FullName, TimeProvider.System);
        var settings = new ServeSettings(new Uri("http://127.0.0.1:0"), concurrent, 2, files) { Rates = rates };
        if (with is not null) settings = with(settings);
        return new ServedHost(data, await Server.StartAsync(data, settings, console: false, CancellationToken.None), directory is null);
    }

    /// <summary>Sends a body; the answer must have the status.</summary>
    public async Task<JsonElement> PostAsync(
        string path, object body, HttpStatusCode expected = HttpStatusCode.OK, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Submits a short run, and gives its id.</summary>
    public async Task<string> SubmitAsync(int seed = 0, int priority = 0, int steps = 2, string? key = null) =>
        (await PostAsync("/v1/runs", new
        {
            recipe = "pocket-tiny",
            seed,
            priority,
            set = new Dictionary<string, object>
            {
                ["rl.steps"] = steps,
                ["pretrain.steps"] = 20,
                ["evaluation.prompts"] = 8,
                ["preferences.pairs"] = 32,
            }
        }, HttpStatusCode.Created, key)).GetProperty("run").GetString()!;

    /// <summary>Waits until a run is in a state.</summary>
    public Task<JsonElement> AwaitAsync(string run, string state) =>
        UntilAsync($"/v1/runs/{run}", shown => shown.GetProperty("state").GetString() == state);

    /// <summary>Asks until the answer is as it should be.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> isThere)
    {
        using var timer = new PeriodicTimer(s_look);
        for (var left = 2000; left > 0; left--)
        {
            var shown = await GetAsync(path);
            if (isThere(shown)) return shown;
            await timer.WaitForNextTickAsync();
        }
        throw new TimeoutException($"{path} stays {await GetAsync(path)}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _data.Dispose();
        if (_ownsDirectory) System.IO.Directory.Delete(Directory, recursive: true);
    }
}
