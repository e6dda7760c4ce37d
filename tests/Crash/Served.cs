using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Crash;

/// <summary>A real host in a process of its own, asked over HTTP.</summary>
static class Served
{
    /// <summary>How the line begins by which a host says that it listens.</summary>
    internal const string Listening = "listening at ";

    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>A client of a host that has just been started.</summary>
    internal static async Task<HttpClient> ClientAsync(TrainProcess process, string data) =>
        Client(await process.WaitForAsync(Listening), data);

    /// <summary>A client of a host that has said where it listens.</summary>
    internal static HttpClient Client(string listening, string data)
    {
        var client = new HttpClient { BaseAddress = new Uri(listening[Listening.Length..listening.IndexOf(',')]) };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(data, "token")).Trim());
        return client;
    }

    /// <summary>Submits <c>pocket-tiny</c>.</summary>
    /// <param name="settings">Its overrides, <c>key=value</c>; the last of a key holds.</param>
    internal static async Task<string> SubmitAsync(HttpClient client, int seed, params IEnumerable<string> settings)
    {
        var set = new Dictionary<string, string>();
        foreach (var setting in settings) set[setting.Split('=')[0]] = setting.Split('=')[1];
        var response = await client.PostAsJsonAsync("/v1/runs", new { recipe = "pocket-tiny", seed, set });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("run").GetString()!;
    }

    /// <summary>The lines of all runs; of a hundred at most.</summary>
    internal static async Task<JsonElement[]> RunsAsync(HttpClient client) =>
        [.. JsonDocument.Parse(await client.GetStringAsync("/v1/runs?limit=100")).RootElement.GetProperty("items").EnumerateArray()];

    /// <summary>Looks until something is so.</summary>
    internal static Task UntilAsync(Func<bool> there) => UntilAsync(() => Task.FromResult(there()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    internal static async Task UntilAsync(Func<Task<bool>> there)
    {
        using var timer = new PeriodicTimer(s_look);
        for (var left = 6000; !await there(); left--)
        {
            Assert.True(left > 0, "it did not come");
            await timer.WaitForNextTickAsync();
        }
    }
}
