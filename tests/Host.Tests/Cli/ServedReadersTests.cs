using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Api;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Every reader, asked of a host and of the directory that it holds: byte for byte the same.</summary>
[Trait("Category", "Integration")]
public sealed class ServedReadersTests : IClassFixture<ServedReadersTests.Served>
{
    readonly Served _served;

    public ServedReadersTests(Served served) => _served = served;

    [Theory]
    [InlineData("runs")]
    [InlineData("show", "RUN")]
    [InlineData("show", "FORK")]
    [InlineData("show", "PAUSED")]
    [InlineData("events", "RUN")]
    [InlineData("events", "FORK", "--stream", "both")]
    [InlineData("events", "RUN", "--type", "policy.updated", "--type", "run.completed", "--step", "2..")]
    [InlineData("events", "FORK", "--stream", "evaluations", "--step", "1")]
    [InlineData("events", "RUN", "--step", "99")]
    [InlineData("metrics", "RUN")]
    [InlineData("metrics", "FORK", "--name", "objective/*", "--name", "heldout/kl", "--step", "1..2")]
    [InlineData("metrics", "RUN", "--step", "99")]
    [InlineData("metrics", "RUN", "--name", "objective/klx")]
    [InlineData("completions", "RUN", "--limit", "7")]
    [InlineData("completions", "FORK", "--set", "heldout", "--step", "..1")]
    [InlineData("completions", "RUN", "--prompt", "no such prompt ⟶ & = ,")]
    [InlineData("events", "no-such-run")]
    [InlineData("show", "a b ?&#%")]
    public async Task Reader_OfAHost_PrintsWhatItPrintsOfTheDirectory(params string[] command)
    {
        string[] args = [.. command.Select(_served.Named)];
        foreach (var json in (string[][])[[], ["--json"]])
        {
            var read = await App.RunAsync([.. args, .. json, "--data", _served.Host.Directory]);
            var asked = await App.RunAsync([.. args, .. json, .. _served.Server]);

            Assert.Equal(read, asked);
            Assert.True(read.Out.Length + read.Error.Length > 0, "nothing was compared");
        }
    }

    [Fact]
    public async Task Runs_OneIsDamaged_BothNameItAndFail()
    {
        await using var host = await ServedHost.StartAsync();
        var run = await host.SubmitAsync(seed: 1);
        await host.AwaitAsync(run, "completed");
        await host.SubmitAsync(seed: 2);
        Logs.Damage(host.Directory, run);

        var read = await App.RunAsync("runs", "--json", "--data", host.Directory);
        var asked = await App.RunAsync(
            "runs", "--json", "--server", $"{host.Server.Address}", "--token-file", TokenFile.In(host.Directory));

        Assert.Equal(ExitCode.Failed, asked.Code);
        Assert.Contains($"run {run} cannot be read: ", asked.Error, StringComparison.Ordinal);
        Assert.Equal((read.Code, read.Error), (asked.Code, asked.Error));
        Assert.Single(asked.Lines());
    }

    /// <summary>A host with a run that is over, a fork of it, and one that is paused.</summary>
    public sealed class Served : IAsyncLifetime
    {
        string _run = "", _fork = "", _paused = "";

        internal ServedHost Host { get; private set; } = null!;

        internal string[] Server => ["--server", $"{Host.Server.Address}", "--token-file", TokenFile.In(Host.Directory)];

        internal string Named(string word) => word switch { "RUN" => _run, "FORK" => _fork, "PAUSED" => _paused, _ => word };

        public async Task InitializeAsync()
        {
            Host = await ServedHost.StartAsync(concurrent: 1);
            _run = await Host.SubmitAsync(seed: 1);
            await Host.AwaitAsync(_run, "completed");
            var fork = await Host.PostAsync($"/v1/runs/{_run}/fork", new { step = 1 }, System.Net.HttpStatusCode.Created);
            await Host.AwaitAsync(_fork = fork.GetProperty("run").GetString()!, "completed");
            await Host.AwaitAsync(_paused = await Host.SubmitAsync(seed: 2, steps: 2000), "running");
            await Host.PostAsync($"/v1/runs/{_paused}/pause", new { reason = "lunch" });
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
