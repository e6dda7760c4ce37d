using System.Globalization;
using System.Text.Json;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class MetricsCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task Metrics_Json_HasALineForEachStepFromBeforeRl()
    {
        var lines = await MetricsAsync();
        Assert.All(lines, line => Assert.Equal(["step", "metrics", "notApplied", "spreads"], line.Names()));
        Assert.Equal(Enumerable.Range(0, 7), lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(
            [0, 3, 6],
            lines
                .Where(line => line.GetProperty("metrics").TryGetProperty("objective/gold", out _))
                .Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(16 * 5, lines[5].GetProperty("metrics").GetProperty("episode").GetDouble());
    }

    [Fact]
    public async Task Metrics_MeansOverCompletions_SayHowSureTheyAre()
    {
        var last = (await MetricsAsync())[^1];
        var completions = (await App.RunAsync("completions", TrainedRuns.Done, "--data", runs.Data, "--set", "heldout", "--json")).Lines()
            .Where(line => line.GetProperty("step").GetInt32() == 6).Select(line => line.GetProperty("reward").GetDouble()).ToArray();
        var (mean, spread) = (completions.Average(), last.GetProperty("spreads").GetProperty("heldout/scores"));

        Assert.Equal(completions.Length, spread.GetProperty("n").GetInt32());
        Assert.Equal(Math.Sqrt(completions.Sum(one => (one - mean) * (one - mean)) / (completions.Length - 1) / completions.Length),
            spread.GetProperty("standardError").GetDouble(), 1e-12);
        var gold = last.GetProperty("spreads").GetProperty("objective/gold");
        Assert.Equal(completions.Length, gold.GetProperty("n").GetInt32());
        Assert.False(last.GetProperty("spreads").TryGetProperty("lr", out _));
        var one = Assert.Single(await MetricsAsync("--name", "objective/kl", "--step", "6"));
        Assert.Equal(["objective/kl"], one.GetProperty("spreads").Names());
    }

    [Fact]
    public async Task Metrics_RealRun_EveryNameIsInTheGlossary()
    {
        var names = (await MetricsAsync()).SelectMany(line => line.GetProperty("metrics").Names()).Distinct();
        Assert.All(names, name => Assert.NotNull(MetricGlossary.Find(name)));
    }

    [Fact]
    public async Task Metrics_FirstMinibatch_HasRatioOne()
    {
        var errors = (await MetricsAsync("--name", "check/first_minibatch_ratio_error"))
            .Select(line => line.GetProperty("metrics").GetProperty("check/first_minibatch_ratio_error").GetDouble());
        Assert.All(errors, error => Assert.InRange(error, 0, 1e-3));
    }

    [Fact]
    public async Task Metrics_StepAndName_KeepWhatMatches()
    {
        var lines = await MetricsAsync("--step", "2..3", "--name", "policy/*", "--name", "objective/gol?");
        Assert.Equal([2, 3], lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal(
            ["policy/clipfrac_avg", "policy/approxkl_avg", "policy/entropy_avg", "policy/gradient_norm"],
            lines[0].GetProperty("metrics").Names());
        Assert.Contains("objective/gold", lines[1].GetProperty("metrics").Names());
    }

    [Theory]
    [InlineData(ExitCode.Done, "run done-1 has metrics of steps 0 to 6", "--step", "100..")]
    [InlineData(ExitCode.Done, "run done-1 has those of steps 0 to 6", "--step", "1", "--name", "objective/gold")]
    [InlineData(ExitCode.Done, "no metric of that name; it has heldout/length", "--name", "eval/no-such-evaluator/metric")]
    [InlineData(ExitCode.Usage, "there is no metric 'objective/gols'; did you mean 'objective/gold'?", "--name", "objective/gols")]
    [InlineData(ExitCode.Usage, "there is no metric 'POLICY/*'; there are ", "--name", "objective/kl", "--name", "POLICY/*")]
    public async Task Metrics_NothingIsChosen_SaysWhatThereIs(int code, string said, params string[] options)
    {
        foreach (string[] json in new string[][] { [], ["--json"] })
        {
            var result = await App.RunAsync(["metrics", TrainedRuns.Done, "--data", runs.Data, .. options, .. json]);

            Assert.Equal(code, result.Code);
            Assert.Contains(said, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            Assert.Equal("", result.Out);
        }
    }

    [Fact]
    public async Task Metrics_Table_HasAColumnForEachOfAFewNames()
    {
        var result = await App.RunAsync("metrics", TrainedRuns.Done, "--data", runs.Data, "--name", "objective/*");
        Assert.Contains("objective/kl", result.Out, StringComparison.Ordinal);
        var many = await App.RunAsync("metrics", TrainedRuns.Done, "--data", runs.Data, "--name", "*", "--step", "3");
        Assert.Contains("check/sampler_logprob_error", many.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCommand_InACultureWithCommas_PrintsTheSame()
    {
        string[][] commands =
        [
            ["runs"], ["show", TrainedRuns.Done], ["events", TrainedRuns.Done, "--stream", "both"],
            ["completions", TrainedRuns.Done, "--limit", "9"], ["metrics", TrainedRuns.Done],
            ["best-of-n", TrainedRuns.Done, "--n", "1,2", "--samples", "2", "--prompts", "3"],
            ["counterfactual", TrainedRuns.Done, "--set", "kl.coefficient=0.25"], ["compare", TrainedRuns.Done, TrainedRuns.Stopped],
        ];
        var before = CultureInfo.CurrentCulture;
        // Invariant globalization knows no other cultures, so one is made up.
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var numbers = commas.NumberFormat;
        (numbers.NumberDecimalSeparator, numbers.NegativeSign) = (",", "−");
        (commas.DateTimeFormat.TimeSeparator, commas.DateTimeFormat.DateSeparator) = (".", ".");
        foreach (var command in commands)
        {
            foreach (string[] json in new string[][] { [], ["--json"] })
            {
                string[] args = [.. command, "--data", runs.Data, .. json];
                var expected = await App.RunAsync(args);
                try
                {
                    CultureInfo.CurrentCulture = commas;
                    Assert.Equal(expected, await App.RunAsync(args));
                }
                finally { CultureInfo.CurrentCulture = before; }
            }
        }
    }

    async Task<JsonElement[]> MetricsAsync(params string[] options)
    {
        var result = await App.RunAsync(["metrics", TrainedRuns.Done, "--data", runs.Data, "--json", .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Lines();
    }
}
