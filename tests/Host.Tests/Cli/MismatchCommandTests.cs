using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class MismatchCommandTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-mismatch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Mismatch_Json_IsTheLedgerAndTheSameAgain()
    {
        var result = await App.RunAsync("mismatch", TrainedRuns.Done, "--data", runs.Data, "--json");

        Assert.True(result.Code == ExitCode.Done, result.Error);
        var ledger = result.Single();
        Assert.Equal(
            [
                "run", "recipe", "state", "step", "head", "prompts", "steps", "yardstick", "verdict", "alarm", "rewardToPolicy",
                "policyToEvaluation", "rewardToEvaluation", "attribution", "checkpoint", "missing",
            ],
            ledger.Names());
        Assert.Equal((TrainedRuns.Done, "eval/pocket-gold/pocket-gold"),
            (ledger.GetProperty("run").GetString(), ledger.GetProperty("yardstick").GetString()));
        var gold = ledger.GetProperty("policyToEvaluation").EnumerateArray()
            .Single(curve => curve.GetProperty("series").GetString() == "eval/pocket-gold/pocket-gold");
        Assert.Equal(["value", "low", "high", "n", "method", "standardError", "excludesZero"], gold.GetProperty("change").Names());
        var shown = (await App.RunAsync("metrics", TrainedRuns.Done, "--data", runs.Data, "--json")).Lines()
            .Select(line => line.GetProperty("metrics")).Where(metrics => metrics.TryGetProperty("objective/gold", out _))
            .Select(metrics => metrics.GetProperty("objective/gold").GetDouble()).ToArray();
        Assert.Equal(shown, gold.GetProperty("means").EnumerateArray().Select(mean => mean.GetProperty("value").GetDouble()));
        Assert.Equal(result.Out, (await App.RunAsync("mismatch", TrainedRuns.Done, "--data", runs.Data, "--json")).Out);
    }

    [Fact]
    public async Task Mismatch_RunThatWasStopped_IsToldAsFarAsItCame()
    {
        var result = await App.RunAsync("mismatch", TrainedRuns.Stopped, "--data", runs.Data);

        Assert.Equal(ExitCode.Done, result.Code);
        Assert.Contains("1  reward model and policy: ", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "nobody")]
    [InlineData(2)]
    [InlineData(2, "latest", "--gap", "x.csv")]
    [InlineData(2, "latest", "--window", "3")]
    public async Task Mismatch_WithoutARun_IsRefused(int code, params string[] args) =>
        Assert.Equal(code, (await App.RunAsync(["mismatch", .. args, "--data", runs.Data])).Code);

    [Fact]
    public async Task Gap_ValuesThatRise_RaiseTheAlarmAndSayWhen()
    {
        var file = Save("gap.csv", "step,gap\n" + string.Concat(Enumerable.Range(1, 200).Select(step =>
            FormattableString.Invariant($"{step},{(step < 100 ? .01 : .3)}\n"))));

        var result = (await App.RunAsync("mismatch", "--gap", file, "--json")).Single();

        Assert.InRange(result.GetProperty("raisedAt").GetInt32(), 100, 115);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("published").ValueKind);
        Assert.Contains("the alarm was raised at step", (await App.RunAsync("mismatch", "--gap", file)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step,other\n1,2\n", "line 2: there is no column gap")]
    [InlineData("step,gap\n1,x\n", "line 2: gap is 'x', expected a number or nothing")]
    [InlineData("step,gap\n2,.1\n1,.1\n", "line 3: step does not follow 2")]
    [InlineData("step,gap\n", "it has no rows")]
    public async Task Gap_FileThatIsNone_IsRefusedAndSaysWhere(string text, string why)
    {
        var result = await App.RunAsync("mismatch", "--gap", Save("gap.csv", text));
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    string Save(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
