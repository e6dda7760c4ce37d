using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Reports;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class CompareCommandTests(TrainedRuns runs)
{
    static readonly Recipe s_recipe = new() { Rl = new() { Steps = 2 }, Kl = new() { Coefficient = 0.5 } };

    [Fact]
    public async Task Compare_RealRuns_AreDescribedByOneObject()
    {
        var result = await App.RunAsync("compare", TrainedRuns.Done, "stopped", "--data", runs.Data, "--json");

        Assert.Equal(0, result.Code);
        var comparison = result.Single();
        Assert.Equal(["runs", "recipe", "byStep", "byDistance"], comparison.Names());
        var lines = (await App.RunAsync("runs", "--data", runs.Data, "--json")).Lines();
        Assert.Equal(
            lines.Select(line => line.GetRawText()),
            comparison.GetProperty("runs").EnumerateArray().Select(line => line.GetRawText()));
        Assert.Equal(
            ["seed", "pretrain.steps", "rl.steps", "kl.estimator", "evaluation.prompts"],
            comparison.GetProperty("recipe").EnumerateArray().Select(key => key.GetProperty("key").GetString()));
        var seeds = comparison.GetProperty("recipe")[0].GetProperty("values");
        Assert.Equal(
            ("0", "18446744073709551615"),
            (seeds.GetProperty(TrainedRuns.Done).GetString(), seeds.GetProperty(TrainedRuns.Stopped).GetString()));
        var first = comparison.GetProperty("byStep").EnumerateArray()
            .Single(step => step.GetProperty("step").GetInt32() == 1)
            .GetProperty("metrics");
        foreach (var run in new[] { TrainedRuns.Done, TrainedRuns.Stopped })
        {
            var metrics = (await App.RunAsync("metrics", run, "--data", runs.Data, "--json", "--step", "1"))
                .Single().GetProperty("metrics");
            Assert.Equal(metrics.GetProperty("objective/kl").GetRawText(), first.GetProperty("objective/kl").GetProperty(run).GetRawText());
        }
        Assert.Contains($"run {TrainedRuns.Stopped} is stopped at step", result.Error, StringComparison.Ordinal);
        Assert.Contains("different reward models or rules", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_ScriptedRuns_AreSideBySideAtEqualStepAndDistance()
    {
        await using var script = await ScriptedRun.BeginAsync();
        await script.WriteAsync(
            "a",
            [ScriptedRun.Started(s_recipe), .. Step(1, 0.25), .. Step(2, 0.5)],
            [.. Heldout(0, 0, 1, 10), .. Heldout(1, 4, 3, 20), .. Heldout(2, 16, 5, 40)]);
        await script.WriteAsync(
            "b",
            [ScriptedRun.Started(s_recipe with { Kl = new() { Coefficient = 2 } }), .. Step(1, 0.75)],
            [.. Heldout(0, 0, 2, 10), .. Heldout(1, 1, 4, 12)]);

        var comparison = await CompareAsync(script, "a", "b");

        Assert.Equal("""[{"key":"kl.coefficient","values":{"a":"0.5","b":"2"}}]""", comparison.GetProperty("recipe").GetRawText());
        // Step 2 is a's alone.
        Assert.Equal([0, 1], comparison.GetProperty("byStep").EnumerateArray().Select(step => step.GetProperty("step").GetInt32()));
        Assert.Equal(
            """{"a":0.25,"b":0.75}""",
            comparison.GetProperty("byStep")[1].GetProperty("metrics").GetProperty("objective/kl").GetRawText());
        // Both reach 1 √nat: a is half-way to its second evaluation there, b at its second.
        var distances = comparison.GetProperty("byDistance").EnumerateArray().ToArray();
        Assert.Equal(
            [0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1],
            distances.Select(point => Math.Round(point.GetProperty("sqrtKl").GetDouble(), 12)));
        Assert.Equal(
            """{"heldout/scores":{"a":2,"b":4},"objective/gold":{"a":null,"b":null},"heldout/length":{"a":15,"b":12}}""",
            distances[10].GetProperty("metrics").GetRawText());
        Assert.Equal("""{"a":1.5,"b":3}""", distances[5].GetProperty("metrics").GetProperty("heldout/scores").GetRawText());
    }

    [Fact]
    public async Task Compare_Notes_SayWhatToMind()
    {
        await using var script = await ScriptedRun.BeginAsync();
        await script.WriteAsync(
            "a",
            [ScriptedRun.Started(s_recipe), .. Step(1, 1), .. Step(2, 1)],
            [.. Heldout(0, 0, 1, 1), .. Heldout(2, 4, 1, 1), Some.Gold(0, 0.5), Some.Gold(2, 0.5)]);
        await script.WriteAsync(
            "seeded",
            [ScriptedRun.Started(s_recipe with { Seed = 1 }), .. Step(1, 1), .. Step(2, 1)],
            [.. Heldout(0, 0, 1, 1), .. Heldout(2, 4, 1, 1)]);
        await script.WriteAsync("again", [ScriptedRun.Started(s_recipe with { Name = "other" }), .. Step(1, 1)], []);

        Assert.Contains("nothing but the seed", await NotesAsync("a", "seeded"), StringComparison.Ordinal);
        Assert.Contains("run seeded has no gold", await NotesAsync("a", "seeded"), StringComparison.Ordinal);
        Assert.Contains("the recipes are the same", await NotesAsync("a", "again"), StringComparison.Ordinal);
        Assert.Contains("run again is running at step 1 of 2", await NotesAsync("a", "again"), StringComparison.Ordinal);
        Assert.Contains("nothing is compared at equal √KL", await NotesAsync("a", "again"), StringComparison.Ordinal);

        async Task<string> NotesAsync(params string[] names) =>
            (await App.RunAsync(["compare", .. names, "--data", script.Data.Path])).Error;
    }

    [Fact]
    public async Task Compare_ThreeRuns_LeavesOutWhatOneHasAlone()
    {
        await using var script = await ScriptedRun.BeginAsync();
        foreach (var run in new[] { "a", "b" })
            await script.WriteAsync(run, [ScriptedRun.Started(s_recipe), .. Step(1, 1), .. Step(2, 3)], []);
        await script.WriteAsync("c", [ScriptedRun.Started(s_recipe), .. Step(1, 2)], [.. Heldout(0, 0, 1, 1)]);

        var comparison = await CompareAsync(script, "a", "b", "c");

        Assert.Equal([1, 2], comparison.GetProperty("byStep").EnumerateArray().Select(step => step.GetProperty("step").GetInt32()));
        Assert.Equal(
            """{"a":3,"b":3,"c":null}""",
            comparison.GetProperty("byStep")[1].GetProperty("metrics").GetProperty("objective/kl").GetRawText());
        Assert.Empty(comparison.GetProperty("byDistance").EnumerateArray());
    }

    [Fact]
    public async Task Compare_OneRun_IsRefused()
    {
        Assert.Equal(ExitCode.Usage, (await App.RunAsync("compare", TrainedRuns.Done, "--data", runs.Data)).Code);
        var twice = await App.RunAsync("compare", TrainedRuns.Stopped, "latest", "--data", runs.Data, "--json");
        Assert.Equal((ExitCode.Usage, ""), (twice.Code, twice.Out));
        Assert.Equal("'stopped-2' and 'latest' are one run, stopped-2; compare needs two different ones\n", twice.Error);
        Assert.Equal(ExitCode.NotFound, (await App.RunAsync("compare", TrainedRuns.Done, "no-such-run", "--data", runs.Data)).Code);
    }

    [Fact]
    public async Task Compare_RunNamedTwice_IsComparedOnce()
    {
        var result = await App.RunAsync("compare", "latest", TrainedRuns.Done, TrainedRuns.Stopped, "--data", runs.Data, "--json");
        Assert.Equal(
            [TrainedRuns.Stopped, TrainedRuns.Done],
            result.Single().GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetString()!));
        Assert.Contains("run stopped-2 is named 2 times and compared once", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_Table_NamesRunsDifferencesAndMetrics()
    {
        var text = (await App.RunAsync("compare", TrainedRuns.Done, TrainedRuns.Stopped, "--data", runs.Data)).Out;
        foreach (var part in new[] { TrainedRuns.Done, "kl.estimator", "objective/gold at equal step" })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_ManySteps_ShowsSomeAndSaysSo()
    {
        await using var script = await ScriptedRun.BeginAsync();
        foreach (var run in new[] { "a", "b" })
            await script.WriteAsync(
                run,
                [ScriptedRun.Started(s_recipe)],
                [.. Enumerable.Range(100, 42).SelectMany(step => Heldout(step, 0, 1, 1))]);

        var text = (await App.RunAsync("compare", "a", "b", "--data", script.Data.Path)).Out;

        // Every third of 42, and the last.
        Assert.Contains("heldout/scores at equal step (15 of 42 steps; --json has all)", text, StringComparison.Ordinal);
        foreach (var step in new[] { "100", "103", "139", "141" }) Assert.Contains($" {step} ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" 140 ", text, StringComparison.Ordinal);
    }

    static async Task<JsonElement> CompareAsync(ScriptedRun script, params string[] names) =>
        (await App.RunAsync(["compare", .. names, "--data", script.Data.Path, "--json"])).Single();

    static IEvent[] Step(int step, double kl) =>
        [Some.Rollout(step, [1]), Some.Scored(step, [1]), Some.Kl(step, [kl]), Some.Updated(step, 0, (0, 0))];

    static IEvent[] Heldout(int step, double kl, double proxy, int length) =>
        [Some.Rollout(step, [length], Some.Heldout), Some.Scored(step, [proxy], Some.Heldout), Some.Kl(step, [kl], Some.Heldout)];
}
