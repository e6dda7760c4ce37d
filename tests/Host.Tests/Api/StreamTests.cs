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
