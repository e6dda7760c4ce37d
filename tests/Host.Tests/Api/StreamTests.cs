using System.Text.Json;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Server-sent events of a run.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Stream_ClientThatComesAndGoes_MissesNothingAndGetsNothingTwice()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 12);
        var (heard, last) = (new List<string>(), "");

        for (var connections = 0; ; connections++)
        {
            // While the run lives a client hears a few events and goes; behind its end it hears what is left.
            var over = (await host.GetAsync($"/v1/runs/{run}")).GetProperty("state").GetString() == "completed";
            var most = over ? int.MaxValue : 1 + connections % 5;
            last = await HearAsync(host, run, last, most, heard, over ? Count(host, run) : null);
            if (!over) continue;
            Assert.True(connections > 3, $"{connections} connections");
            break;
        }

        var record = host.Record(run);
        Assert.Equal(record.Training().Count(), heard.Count(id => IsOf(id, training: true, heard)));
        Assert.Equal(heard.Distinct().Count(), heard.Count);
        Assert.Equal($"r{record.Training().Count()}.e{record.Evaluations().Count()}", heard[^1]);
        Assert.Equal(record.Training().Count() + record.Evaluations().Count(), heard.Count);
    }

    [Fact]
    public async Task StreamOfAll_HundredReconnects_MissesNothingAndGetsNothingTwice()
    {
        var chance = 1UL;
        await using var host = await ServedHost.StartAsync();
        string[] runs = [await host.SubmitAsync(1, steps: 60), await host.SubmitAsync(2, steps: 60), await host.SubmitAsync(3, steps: 40)];
        var (heard, last, places) = (new List<(string Run, string Stream, long Sequence)>(), "", new List<string>());

        for (var connections = 0; connections < 100; connections++)
        {
            chance = chance * 6364136223846793005 + 1442695040888963407;     // Knuth's MMIX: the same draws each time
            last = await HearAllAsync(host, last, 1 + (int)(chance >> 62), heard, places);
        }
        foreach (var run in runs) await host.AwaitAsync(run, "completed");
        var all = runs.Sum(run => Count(host, run));
        await HearAllAsync(host, last, all - heard.Count, heard, places);

        Assert.Equal(places.Distinct().Count(), places.Count);
        foreach (var run in runs)
        {
            long[] Of(string stream) => [.. heard.Where(one => one.Run == run && one.Stream == stream).Select(one => one.Sequence)];
            Assert.Equal(Enumerable.Range(1, host.Record(run).Training().Count()).Select(one => (long)one), Of("training"));
            Assert.Equal(Enumerable.Range(1, host.Record(run).Evaluations().Count()).Select(one => (long)one), Of("evaluations"));
        }
    }

    [Fact]
    public async Task StreamOfAll_PlaceThatIsNone_IsRefused()
    {
        await using var host = await ServedHost.StartAsync();
        foreach (var place in (string[])["o99999999", "r1.e1", "12", "o-1", "o1 "])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/stream");
            request.Headers.TryAddWithoutValidation("Last-Event-ID", place);
            using var response = await host.Client.SendAsync(request);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Stream_WhileAStageGoesOn_TellsProgressWithoutAnId()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(steps: 200);
        using var response = await host.Client.GetAsync($"/v1/runs/{run}/stream", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var fields = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && fields.Contains("event: progress")) break;
            if (line.Length == 0) fields.Clear();
            else fields.Add(line);
        }

        Assert.DoesNotContain(fields, field => field.StartsWith("id:", StringComparison.Ordinal));
        var progress = JsonDocument.Parse(fields.Single(field => field.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..]);
        Assert.NotEqual("", progress.RootElement.GetProperty("stage").GetString());
        await host.PostAsync($"/v1/runs/{run}/stop", new { });
    }

    [Theory]
    [InlineData("r12.e3", 12, 3)]
    [InlineData("", 0, 0)]
    public void Parse_Position_IsRead(string text, long training, long evaluations) =>
        Assert.Equal(new StreamPosition(training, evaluations), StreamPosition.Parse(text));

    [Theory]
    [InlineData("12")]
    [InlineData("r1.e2 ")]
    [InlineData("r-1.e2")]
    [InlineData("r99999999999999999999.e1")]
    public void Parse_AnythingElse_IsRefused(string text) => Assert.Throws<QueryException>(() => StreamPosition.Parse(text));

    static bool IsOf(string id, bool training, List<string> heard)
    {
        var before = heard.IndexOf(id) is var at and > 0 ? StreamPosition.Parse(heard[at - 1]) : default;
        return training == (StreamPosition.Parse(id).Training > before.Training);
    }

    static int Count(ServedHost host, string run) => host.Record(run).Training().Count() + host.Record(run).Evaluations().Count();

    static async Task<string> HearAllAsync(
        ServedHost host, string last, int most, List<(string, string, long)> heard, List<string> places)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, last.Length > 0 ? "/v1/stream" : "/v1/stream?from=start");
        if (last.Length > 0) request.Headers.Add("Last-Event-ID", last);
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (most > 0 && await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) places.Add(last = line["id: ".Length..]);
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            var data = JsonDocument.Parse(line["data: ".Length..]).RootElement;
            var (run, stream) = (data.GetProperty("run").GetString()!, data.GetProperty("stream").GetString()!);
            heard.Add((run, stream, data.GetProperty("sequence").GetInt64()));
            most--;
        }
        return last;
    }

    /// <summary>Connects behind an id and hears so many events, or until so many were heard altogether; gives the last id.</summary>
    static async Task<string> HearAsync(ServedHost host, string run, string last, int most, List<string> heard, int? all)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/stream");
        if (last.Length > 0) request.Headers.Add("Last-Event-ID", last);
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (most > 0 && heard.Count != all && await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("id: ", StringComparison.Ordinal)) continue;
            heard.Add(last = line["id: ".Length..]);
            most--;
        }
        return last;
    }
}
