using System.Text.Json;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Statistics.Ranking;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Reports;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class CounterfactualCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task Counterfactual_Json_HasALineForEachStepAndThenTheSummary()
    {
        var result = await RunAsync("--json", "--set", "reward.aggregation=worst-case");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Lines();
        Assert.Equal([1, 2, 3, 4, 5, 6], lines[..^1].Select(line => line.GetProperty("step").GetInt32()));
        Assert.All(lines[..^1], line =>
        {
            Assert.Equal(
                [
                    "step", "real", "counterfactual", "rankCorrelation", "advantageSignChanges", "rewardRankCorrelation",
                    "completions", "notApplied",
                ],
                line.Names());
            Assert.Equal(line.GetProperty("real").Names(), line.GetProperty("counterfactual").Names());
            Assert.InRange(line.GetProperty("rankCorrelation").GetDouble(), -1, 1);
            Assert.InRange(line.GetProperty("advantageSignChanges").GetDouble(), 0, 1);
            Assert.True(Figure(line, "counterfactual", "objective/scores") < Figure(line, "real", "objective/scores"));
        });
        var summary = Assert.Single(lines[^1].EnumerateObject());
        Assert.Equal("summary", summary.Name);
        Assert.Equal(
            [
                "run", "set", "steps", "notApplied", "completions", "real", "counterfactual", "rankCorrelation",
                "advantageSignChanges", "rewardRankCorrelation",
            ],
            summary.Value.Names());
        Assert.Equal("worst-case", summary.Value.GetProperty("set").GetProperty("reward.aggregation").GetString());
        Assert.Equal((6, 96), (summary.Value.GetProperty("steps").GetInt32(), summary.Value.GetProperty("completions").GetInt32()));
        Assert.Equal(
            lines[..^1].Average(line => line.GetProperty("advantageSignChanges").GetDouble()),
            summary.Value.GetProperty("advantageSignChanges").GetDouble(),
            1e-12);
        Assert.Equal(
            lines[..^1].Average(line => Figure(line, "counterfactual", "loss/value_avg")),
            Figure(summary.Value, "counterfactual", "loss/value_avg"),
            1e-12);
    }

    [Fact]
    public async Task Counterfactual_OtherAggregation_RanksAsTheLoggedScoresDo()
    {
        var lines = (await RunAsync("--json", "--set", "reward.aggregation=worst-case", "--steps", "2..3")).Lines();
        foreach (var line in lines[..^1])
        {
            var step = line.GetProperty("step").GetRawText();
            var views = (await App.RunAsync(
                "completions", TrainedRuns.Done, "--data", runs.Data, "--json", "--set", "training", "--step", step)).Lines();
            var scores = views
                .Select(view => view.GetProperty("scores").EnumerateObject().Select(score => score.Value.GetDouble()).ToArray())
                .ToArray();
            var expected = RankCorrelation.Spearman(
                [.. scores.Select(members => members.Average())],
                [.. scores.Select(members => members.Min())])!.Value;
            Assert.Equal(expected, line.GetProperty("rankCorrelation").GetDouble(), 1e-12);
        }
    }

    [Fact]
    public async Task Counterfactual_RunsOwnRule_HasTheMetricsOfTheRunTwice()
    {
        var recipe = (await App.RunAsync("show", TrainedRuns.Done, "--data", runs.Data, "--json"))
            .Single().GetProperty("recipeText").GetString()!;
        var own = RecipeReader.Parse(recipe, "run", checkPaths: false);
        var set = RecipeKeys.All
            .Where(key => CounterfactualRule.Keys.Contains(key.Name))
            .SelectMany(key => new[] { "--set", $"{key.Name}={key.Value(own)}" });
        var metrics = (await App.RunAsync("metrics", TrainedRuns.Done, "--data", runs.Data, "--json"))
            .Lines()
            .ToDictionary(line => line.GetProperty("step").GetInt32(), line => line.GetProperty("metrics"));

        var lines = (await RunAsync(["--json", .. set])).Lines();

        Assert.All(lines[..^1], line =>
        {
            Assert.Equal(line.GetProperty("real").GetRawText(), line.GetProperty("counterfactual").GetRawText());
            foreach (var figure in line.GetProperty("real").EnumerateObject().Where(figure => MetricGlossary.Find(figure.Name) is not null))
                Assert.Equal(metrics[line.GetProperty("step").GetInt32()].GetProperty(figure.Name).GetRawText(), figure.Value.GetRawText());
            Assert.Equal(0, line.GetProperty("advantageSignChanges").GetDouble());
        });
    }

    [Theory]
    [InlineData("rl.learningRate=1", "rl.learningRate")]
    [InlineData("sampling.temperature=0.5", "sampling.temperature")]
    [InlineData("seed=2", "seed")]
    [InlineData("reward.members=1", "reward.members")]
    public async Task Counterfactual_KeyThatTheLogCannotAnswer_IsRefused(string setting, string key)
    {
        var result = await RunAsync("--set", setting);

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.StartsWith($"--set: {key}: it would have changed what was sampled or learned", result.Error, StringComparison.Ordinal);
        Assert.Contains($"fork RUN --at STEP --set {setting}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kl.coefficient=-1", "kl.coefficient: '-1' is not a number from 0 to 1000")]
    [InlineData("reward.member=2", "reward.member: '2' is not a whole number from 0 to 1")]
    [InlineData("kl.coefficent=1", "did you mean 'kl.coefficient'?")]
    public async Task Counterfactual_WrongValue_IsARecipesOwnProblem(string setting, string expected)
    {
        var result = await RunAsync("--set", setting, "--json");

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7..", "step 7 is not in the log")]
    [InlineData("0", "step 0 is not in the log")]
    public async Task Counterfactual_StepsThatTheRunLacks_SaysWhichItHas(string steps, string expected)
    {
        var result = await RunAsync("--steps", steps, "--json");

        Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains("expected 1 to 6", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counterfactual_RangeFromBackToFront_IsUsage() =>
        Assert.Equal(ExitCode.Usage, (await RunAsync("--steps", "3..1")).Code);

    [Fact]
    public async Task Counterfactual_RunBeforeRl_HasAnEmptySummary()
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync((0, ScriptedRun.Started(new Recipe()), null));

        var result = await App.RunAsync("counterfactual", "scripted", "--data", run.Data.Path, "--json");

        Assert.Equal(0, result.Code);
        Assert.Contains("has not taken a step of RL", result.Error, StringComparison.Ordinal);
        var summary = result.Single().GetProperty("summary");
        Assert.Equal((0, JsonValueKind.Null), (summary.GetProperty("steps").GetInt32(), summary.GetProperty("real").ValueKind));
    }

    [Fact]
    public async Task Counterfactual_RunThatWasStopped_AnswersForTheStepsItHas()
    {
        var result = await App.RunAsync(
            "counterfactual", TrainedRuns.Stopped, "--data", runs.Data,
            "--set", "kl.estimator=k1", "--json", "--steps", "1");
        var line = result.Lines()[0];

        Assert.Equal(0, result.Code);
        var metrics = (await App.RunAsync("metrics", TrainedRuns.Stopped, "--data", runs.Data, "--json", "--step", "1"))
            .Single().GetProperty("metrics");
        Assert.Equal(metrics.GetProperty("kl/k3").GetDouble(), Figure(line, "real", "kl"));
        Assert.Equal(metrics.GetProperty("objective/kl").GetDouble(), Figure(line, "counterfactual", "kl"));
    }

    [Fact]
    public async Task Counterfactual_Table_EndsWithPlainWords()
    {
        var result = await RunAsync("--set", "reward.aggregation=single");

        Assert.Contains(
            "Under reward.aggregation=single, over 6 steps: the mean score would have been",
            result.Out, StringComparison.Ordinal);
        Assert.Contains("completions would have had an advantage of the other sign", result.Out, StringComparison.Ordinal);
        Assert.Contains("After the first step the policy itself would have differed", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counterfactual_Help_SaysWhatItCannotKnow()
    {
        var help = (await App.RunAsync("counterfactual", "--help")).Out;
        Assert.Contains("after step 1 the policy", help.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.All(CounterfactualRule.Keys, key => Assert.Contains(key, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counterfactual_RunWithoutSteps_SaysSo()
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync((0, ScriptedRun.Started(new Recipe()), null), (1, new StepSkipped(1, "logits", "skip"), null));

        var skipped = await App.RunAsync("counterfactual", "scripted", "--data", run.Data.Path, "--json");
        var table = await App.RunAsync("counterfactual", "scripted", "--data", run.Data.Path);

        Assert.Equal("skipped: logits", skipped.Lines()[0].GetProperty("notApplied").GetString());
        Assert.Equal(JsonValueKind.Null, skipped.Lines()[0].GetProperty("real").ValueKind);
        Assert.Contains("1 step is left out", table.Out, StringComparison.Ordinal);
    }

    static double Figure(JsonElement line, string side, string name) => line.GetProperty(side).GetProperty(name).GetDouble();

    Task<App.Result> RunAsync(params string[] options) =>
        App.RunAsync(["counterfactual", TrainedRuns.Done, "--data", runs.Data, .. options]);
}
