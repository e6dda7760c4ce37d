using System.Net;
using ActorRlhf.Host.Tests.Api;

namespace ActorRlhf.Host.Tests.Telemetry;

/// <summary>What a collector, and Prometheus, learn of a host; and that no run is another one for it.</summary>
public sealed class TelemetryTests
{
    const int Steps = 3;
    static readonly string[] s_parts = ["rollout", "scoring", "update", "persist"];

    [Fact]
    public async Task Otlp_ARun_EachStepIsATraceAndTheNumbersComeToo()
    {
        await using var collector = await Collector.StartAsync();
        string run, trajectory;
        await using (var host = await ServedHost.StartAsync(with: settings => settings with { Otlp = collector.Address }))
        {
            run = await host.SubmitAsync(seed: 4, steps: Steps);
            trajectory = (await host.AwaitAsync(run, "completed")).GetProperty("trajectory").GetString()!;
        }                                             // whoever ends sends what is left

        var steps = collector.Spans.Where(span => span.Name == "step").ToArray();
        Assert.Equal(Steps, steps.Length);
        foreach (var step in steps)
        {
            Assert.Equal("", step.Parent);
            Assert.Equal(s_parts.Order(), collector.Spans.Where(span => span.Parent == step.Id).Select(span => span.Name).Order());
            var tags = step.Span.Below(9).ToDictionary(tag => tag.Text(1), tag => tag.Below(2).Single().Text(1));
            Assert.Equal((run, "pocket-tiny"), (tags["run"], tags["recipe"]));
            Assert.True(tags.ContainsKey("step"));
        }
        string[] expected =
        [
            "actorrlhf.steps", "actorrlhf.tokens", "actorrlhf.step.duration", "actorrlhf.step.idle.duration",
            "actorrlhf.journal.write.duration", "http.server.request.duration",
        ];
        Assert.Empty(expected.Except(collector.Metrics));

        await using var silent = await ServedHost.StartAsync();
        var alone = await silent.AwaitAsync(await silent.SubmitAsync(seed: 4, steps: Steps), "completed");
        Assert.Equal(trajectory, alone.GetProperty("trajectory").GetString());
    }

    [Fact]
    public async Task Metrics_ForPrometheus_AreThereWhereTheSettingSaysSoAndNeedAToken()
    {
        await using var host = await ServedHost.StartAsync(with: settings => settings with { Prometheus = true });
        await host.AwaitAsync(await host.SubmitAsync(), "completed");
        using var stranger = new HttpClient { BaseAddress = host.Server.Address };

        var text = await host.Client.GetStringAsync("/metrics");

        Assert.Contains("actorrlhf_steps_total{", text);
        Assert.Contains("actorrlhf_runs{", text);
        Assert.Contains("actorrlhf_scheduler_mailbox", text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/metrics")).StatusCode);
        await using var closed = await ServedHost.StartAsync();
        await closed.GetAsync("/metrics", HttpStatusCode.NotFound);
    }
}
