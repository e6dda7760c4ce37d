using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Crash;

/// <summary>Gives a host commands at random, kills it now and then in the middle of one, and keeps what was acknowledged.</summary>
/// <remarks>A command whose answer was lost is given again until there is one, with the same key, so the ledger is exact.</remarks>
/// <param name="host">The host.</param>
/// <param name="draws">What happens next.</param>
/// <param name="most">Most runs that are kept.</param>
sealed class SoakDriver(SoakHost host, PhiloxStream draws, int most)
{
    static readonly string[] s_commands =
        ["submit", "submit", "submit", "pause", "pause", "resume", "resume", "fork", "fork", "stop", "delete"];
    static readonly Dictionary<string, string> s_small = new()
    {
        ["rl.steps"] = "12",
        ["checkpoint.every"] = "2",
        ["evaluation.prompts"] = "8",
        ["pretrain.steps"] = "20",
        ["preferences.pairs"] = "32",
    };

    readonly SortedDictionary<string, int> _given = [];
    int _commands;

    /// <summary>What was acknowledged.</summary>
    public SoakLedger Ledger { get; } = new();

    /// <summary>How often each command was carried out, for people.</summary>
    public string Given => string.Join(", ", _given.Select(one => $"{one.Key} {one.Value}"));

    /// <summary>How many kinds of commands were carried out.</summary>
    public int Kinds => _given.Count;

    /// <summary>Gives one command.</summary>
    /// <param name="killed">Whether the host is killed after it was sent, at some moment.</param>
    public async Task StepAsync(bool killed)
    {
        var command = Ledger.Runs.Count == 0 ? "submit" : Ledger.Runs.Count >= most ? "delete" : draws.Pick(s_commands);
        var run = command == "submit" ? "" : draws.Pick(await FitAsync(command));
        var number = string.Create(CultureInfo.InvariantCulture, $"soak-{_commands++}");
        var step = draws.Integer(3);
        Task<HttpResponseMessage> Send(HttpClient client) => SendAsync(client, command, run, number, step);

        var isRepeated = false;
        if (killed)
        {
            var first = Send(await host.Up);
            using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10)))
                for (var looks = draws.Integer(10); looks > 0; looks--) await timer.WaitForNextTickAsync();
            await host.KillAndStartAsync();
            try { (await first).Dispose(); }
            catch (Exception lost) when (IsLost(lost)) { }
            isRepeated = true;
        }
        using var response = await SendUntilAnsweredAsync(Send, () => isRepeated = true);
        var text = await response.Content.ReadAsStringAsync();
        if (Take(command, run, response.StatusCode, text, isRepeated)) _given[command] = _given.GetValueOrDefault(command) + 1;
    }

    /// <summary>The runs that a command would do something to, as far as one can know; where there is none, all.</summary>
    async Task<string[]> FitAsync(string command)
    {
        var all = await Served.RunsAsync(await host.Up);
        bool IsFit(JsonElement run) => command switch
        {
            "pause" => run.GetProperty("state").GetString() == "running",
            "resume" => run.GetProperty("state").GetString() == "paused",
            "fork" => run.GetProperty("step").GetInt32() > 0,
            _ => true,
        };
        string[] fit = [.. all.Where(IsFit).Select(run => run.GetProperty("run").GetString()!).Order(StringComparer.Ordinal)];
        return fit.Length > 0 ? fit : [.. Ledger.Runs.Keys.Order(StringComparer.Ordinal)];
    }

    static async Task<HttpResponseMessage> SendAsync(HttpClient client, string command, string run, string number, int step)
    {
        using var request = command switch
        {
            "submit" => new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
            {
                Content = JsonContent.Create(new { recipe = "pocket-tiny", seed = step, set = s_small }),
            },
            "fork" => new HttpRequestMessage(HttpMethod.Post, $"/v1/runs/{run}/fork") { Content = JsonContent.Create(new { step }) },
            "delete" => new HttpRequestMessage(HttpMethod.Delete, $"/v1/runs/{run}?force=true&reason={number}"),
            _ => new HttpRequestMessage(HttpMethod.Post, $"/v1/runs/{run}/{command}")
            {
                Content = JsonContent.Create(new { reason = number }),
            },
        };
        request.Headers.Add("Idempotency-Key", number);
        return await client.SendAsync(request);
    }

    /// <summary>Sends a command until it is said what became of it.</summary>
    async Task<HttpResponseMessage> SendUntilAnsweredAsync(Func<HttpClient, Task<HttpResponseMessage>> send, Action onRepeated)
    {
        HttpResponseMessage? response = null;
        await Served.UntilAsync(async () =>
        {
            try { response = await send(await host.Up); }
            catch (Exception lost) when (IsLost(lost)) { response = null; }
            if (response is { StatusCode: not HttpStatusCode.ServiceUnavailable }) return true;
            response?.Dispose();
            onRepeated();
            return false;
        });
        return response!;
    }

    /// <summary>Writes down what an answer says; false where the command was refused.</summary>
    bool Take(string command, string run, HttpStatusCode status, string text, bool isRepeated)
    {
        switch (command, status)
        {
            case ("submit" or "fork", HttpStatusCode.Created):
                Ledger.Add(JsonDocument.Parse(text).RootElement.GetProperty("run").GetString()!);
                return true;
            case ("fork", HttpStatusCode.NotFound or HttpStatusCode.Conflict):     // it has not come so far, or is in use
                return false;
            case ("stop", HttpStatusCode.OK):
                Ledger.Expect(run, "stopped");
                return true;
            case ("pause", HttpStatusCode.OK):
                Ledger.Expect(run, "paused");
                return true;
            // One that was carried out by a host that was killed is refused where the run has come to its end since.
            case ("resume", HttpStatusCode.OK):
            case ("resume", HttpStatusCode.Conflict) when isRepeated && Ledger.Runs[run] == "paused":
                Ledger.Expect(run, "completed");
                return true;
            case ("pause" or "resume" or "stop", HttpStatusCode.Conflict):
                Assert.True(command != "resume" || Ledger.Runs[run] != "paused", $"{run} was paused, and is not: {text}");
                return false;
            case ("delete", HttpStatusCode.OK):
            case ("delete", HttpStatusCode.NotFound) when isRepeated:
                Ledger.Delete(run);
                return true;
            case ("delete", HttpStatusCode.Conflict):  // a fork needs it
                return false;
            default:
                throw new InvalidOperationException($"{command} {run}: {(int)status} {text}");
        }
    }

    /// <summary>Whether the host went before it said what became of a command.</summary>
    static bool IsLost(Exception thrown) =>
        thrown is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
}
