using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Tests.Cli;
using Xunit.Abstractions;

namespace ActorRlhf.Crash;

/// <summary>A back-fill whose host or evaluator is killed again and again: every rollout is judged, and once.</summary>
[Trait("Category", "Crash")]
public sealed class BackFillKillTests(ITestOutputHelper output) : IDisposable
{
    const int Kill = 9;

    /// <summary>A command that takes its time: each batch twenty milliseconds, so that a kill finds it at work.</summary>
    const string Script = """
        import json, sys, time
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "hello":
                answer = {"type": "evaluator", "id": "slow-words", "version": "1.0.0", "needs": ["text"],
                          "metrics": {"words": {"direction": "none", "description": "words"}}}
            else:
                time.sleep(0.02)
                answer = {"type": "scores", "batch": message["batch"],
                          "items": [{"id": one["id"], "scores": {"words": len(one["completion"].split())}} for one in message["items"]]}
            print(json.dumps(answer), flush=True)
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-back-fill-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Kill_HostAndEvaluator_FourTimes_EveryRolloutIsJudgedOnce() => KillAsync(steps: 150, episodes: 64, kills: 4);

    [Fact]
    [Trait("Category", "Nightly")]
    public Task Kill_HostAndEvaluator_TwentyTimesOfAHundredThousandItems_EveryRolloutIsJudgedOnce() =>
        KillAsync(steps: 1570, episodes: 64, kills: 20);

    async Task KillAsync(int steps, int episodes, int kills)
    {
        var script = Path.Combine(_folder, "slow_words.py");
        await File.WriteAllTextAsync(script, Script);
        string run;
        using (var process = Serve())
        {
            using var client = await Served.ClientAsync(process, Data);
            run = await Served.SubmitAsync(client, 0,
                $"rl.steps={steps}", $"rl.episodes={episodes}", "pretrain.steps=60", "preferences.pairs=32", "evaluation.prompts=8",
                "checkpoint.every=1000", "evaluation.every=1000");
            await Served.UntilAsync(async () => (await Served.RunsAsync(client))[0].GetProperty("state").GetString() == "completed");
            var injected = await client.PostAsJsonAsync("/v1/evaluators", new
            {
                kind = "command",
                target = "python3",
                arguments = new[] { script },
                backFill = true,
                backFillSet = "all",
                allowUnsandboxed = true,
                deadlineSeconds = 60,
            });
            Assert.True(injected.IsSuccessStatusCode, await injected.Content.ReadAsStringAsync());
            await Served.UntilAsync(() => Judged(run).Length > 0);
            process.Signal(Kill);
            await process.EndAsync();
        }
        var evaluatorsKilled = 0;
        for (var kill = 1; kill < kills; kill++)
        {
            var before = Judged(run).Length;
            Assert.True(before < steps, $"kill {kill} came too late to matter");
            using var process = Serve();
            using var client = await Served.ClientAsync(process, Data);
            await Served.UntilAsync(() => Judged(run).Length > before);
            if (kill % 2 == 1) evaluatorsKilled += KillEvaluators();
            else
            {
                process.Signal(Kill);
                await process.EndAsync();
                continue;
            }
            // The back-fill goes on with a new process of the evaluator, in the same host.
            await Served.UntilAsync(() => Judged(run).Length > before + 1);
            process.Signal(Kill);
            await process.EndAsync();
        }
        using (var last = Serve())
        {
            using var client = await Served.ClientAsync(last, Data);
            await Served.UntilAsync(async () => (await Jobs(client)) is [.. var jobs]
                && jobs.All(job => job.GetProperty("state").GetString() is "done" or "failed"));
            // What failed because its evaluator was killed is asked for again.
            await EvaluateAsync(client, run);
            var again = await EvaluateAsync(client, run);
            Assert.Equal((0, 0), (again.GetProperty("judged").GetInt32(), again.GetProperty("failed").GetInt32()));
            last.Signal(TrainProcess.Terminate);
            Assert.Equal(0, (await last.EndAsync()).Code);
        }

        var judged = Judged(run);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{judged.Length} rollouts, {judged.Sum(one => one.Items)} items, {evaluatorsKilled} evaluators killed"));
        Assert.True(evaluatorsKilled > 0);
        Assert.Equal(judged.Length, judged.DistinctBy(one => (one.Step, one.Set)).Count());
        Assert.Equal(Enumerable.Range(1, steps), judged.Where(one => one.Set is null).Select(one => one.Step).Order());
        Assert.All(judged, one => Assert.Equal(one.Items, one.Aggregates[0].Count));
        using var data = DataDirectory.OpenForReading(Data);
        Assert.Null(RunAudit.Of(data.Store, new RunReader(data.Store).Choose(run), null).FirstBad);
        Assert.Empty(new EvaluatorRegistry(data.Store, TimeProvider.System).Open());
        Assert.Equal(0, KillEvaluators());
    }

    TrainProcess Serve() => TrainProcess.Serve("--data", Data, "--urls", "http://127.0.0.1:0");

    static async Task<JsonElement> EvaluateAsync(HttpClient client, string run)
    {
        var response = await client.PostAsJsonAsync($"/v1/runs/{run}/evaluations", new { evaluator = "slow-words", set = "all" });
        var job = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job").GetString();
        JsonElement line = default;
        await Served.UntilAsync(async () => (line = await client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{job}"))
            .GetProperty("state").GetString() is "done" or "failed");
        return line.GetProperty("result");
    }

    static async Task<JsonElement[]> Jobs(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/v1/jobs")).GetProperty("items").EnumerateArray()];

    EvaluationCompleted[] Judged(string run)
    {
        using var data = DataDirectory.OpenForReading(Data);
        return [.. new RunReader(data.Store).Open(run).Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>()
            .Where(one => one.Evaluator == "slow-words")];
    }

    /// <summary>Kills whatever runs the script; how many there were.</summary>
    static int KillEvaluators()
    {
        var found = Process.GetProcessesByName("python3").Where(process =>
            File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("slow_words.py", StringComparison.Ordinal)).ToArray();
        foreach (var process in found) process.Kill();
        return found.Length;
    }
}
