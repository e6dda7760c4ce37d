using System.Globalization;
using System.Text.Json;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class EventsCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task Events_Json_AreTheTrainingStreamInOrder()
    {
        var lines = await EventsAsync(TrainedRuns.Done);

        Assert.All(lines, line => Assert.Equal(["sequence", "type", "time", "hash", "payload"], line.Names()));
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => (long)i), lines.Select(line => line.GetProperty("sequence").GetInt64()));
        string[] beginning =
        [
            "run.started", "stage.completed", "stage.completed", "preference.labelled", "preference.labelled", "stage.completed",
            "reward-model.trained", "reward-model.trained", "stage.completed",
        ];
        string[] step = ["rollout.collected", "reward.scored", "kl.measured", "policy.updated"];
        string[] checkpointed = [.. step, .. step, "checkpoint.saved"];
        Assert.Equal([.. beginning, .. checkpointed, .. checkpointed, .. checkpointed, "run.completed"], lines.Select(Type));
        Assert.All(lines, line => Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*Z$", line.GetProperty("time").GetString()));
    }

    [Fact]
    public async Task Events_LastHash_IsTheHeadOfTheRun()
    {
        var last = (await EventsAsync(TrainedRuns.Done))[^1];
        var head = (await App.RunAsync("show", TrainedRuns.Done, "--data", runs.Data, "--json")).Single().GetProperty("head").GetString();
        var (sequence, hash) = (last.GetProperty("sequence").GetInt64(), last.GetProperty("hash").GetString());
        Assert.Equal(head, string.Create(CultureInfo.InvariantCulture, $"{sequence}:{hash}"));
    }

    [Fact]
    public async Task Events_Payload_HasColumnsAsArraysAndHashesAsHexadecimal()
    {
        var scored = (await EventsAsync(TrainedRuns.Done, "--type", "reward.scored", "--step", "1"))[0].GetProperty("payload");
        Assert.Equal(["step", "set", "members", "scores", "aggregation", "lambda", "result", "failures", "source"], scored.Names());
        int Length(string column) => scored.GetProperty(column).GetArrayLength();
        Assert.Equal((2, 2 * 16, 16), (scored.GetProperty("members").GetInt32(), Length("scores"), Length("result")));
        Assert.Equal(JsonValueKind.Null, scored.GetProperty("set").ValueKind);

        var rollout = (await EventsAsync(TrainedRuns.Done, "--type", "rollout.collected", "--step", "1"))[0].GetProperty("payload");
        Assert.Equal(16, rollout.GetProperty("lengths").GetArrayLength());
        Assert.Matches("^[0-9a-f]{64}$", rollout.GetProperty("artefact").GetString());
        var started = (await EventsAsync(TrainedRuns.Stopped, "--type", "run.started"))[0];
        Assert.Equal(ulong.MaxValue, started.GetProperty("payload").GetProperty("seed").GetUInt64());
    }

    [Fact]
    public async Task Events_Type_KeepsTheNamedOnesWithOrWithoutVersion()
    {
        var lines = await EventsAsync(TrainedRuns.Done, "--type", "checkpoint.saved/1", "--type", "run.started");
        Assert.Equal(["run.started", "checkpoint.saved", "checkpoint.saved", "checkpoint.saved"], lines.Select(Type));
    }

    [Theory]
    [InlineData("2..4", 2, 4)]
    [InlineData("5..", 5, 6)]
    [InlineData("..2", 0, 2)]
    [InlineData("3", 3, 3)]
    public async Task Events_Step_KeepsThoseOfTheSteps(string range, int first, int last)
    {
        var lines = await EventsAsync(TrainedRuns.Done, "--step", range);
        var steps = lines.Select(line => line.GetProperty("payload").GetProperty("step").GetInt32()).ToArray();
        Assert.All(steps, step => Assert.InRange(step, first, last));
        Assert.Equal(
            4 * (last - Math.Max(1, first) + 1),
            lines.Count(line => Type(line) is "rollout.collected" or "reward.scored" or "kl.measured" or "policy.updated"));
    }

    [Fact]
    public async Task Events_Streams_AreApartOrBothAndThenNamed()
    {
        var training = await EventsAsync(TrainedRuns.Done);
        var evaluations = await EventsAsync(TrainedRuns.Done, "--stream", "evaluations");
        var both = await EventsAsync(TrainedRuns.Done, "--stream", "both");

        // Steps 0, 3 and 6, each a rollout, scores, KL and five evaluators.
        Assert.Equal(3 * 8, evaluations.Length);
        Assert.Equal("heldout:pocket", evaluations[0].GetProperty("payload").GetProperty("set").GetString());
        Assert.Equal(["sequence", "hash"], evaluations[0].GetProperty("payload").GetProperty("source").Names());
        Assert.Equal(training.Concat(evaluations).Select(Hash), both.Select(Hash));
        Assert.Equal(["training", "evaluations"], both.Select(line => line.GetProperty("stream").GetString()!).Distinct());
    }

    [Theory]
    [InlineData("--type", "policy.update")]
    [InlineData("--step", "4..2")]
    [InlineData("--step", "-1")]
    [InlineData("--step", "..")]
    [InlineData("--step", "1,5")]
    [InlineData("--stream", "other")]
    public async Task Events_BadOption_IsUsage(string option, string value)
    {
        var result = await App.RunAsync("events", TrainedRuns.Done, "--data", runs.Data, "--json", $"{option}={value}");
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "in the training stream of run done-1 there are run.started, stage.completed, preference.labelled, reward-model.trained, "
            + "rollout.collected, reward.scored, kl.measured, policy.updated, checkpoint.saved, run.completed, of steps 1 to 6",
        "--type", "run.failed")]
    [InlineData(
        "in the evaluation stream of run done-1 there are rollout.collected, reward.scored, kl.measured, evaluation.completed, "
            + "of steps 0 to 6",
        "--step", "99", "--stream", "evaluations")]
    public async Task Events_NothingIsChosen_SaysWhatThereIs(string said, params string[] options)
    {
        foreach (string[] json in new string[][] { [], ["--json"] })
        {
            var result = await App.RunAsync(["events", TrainedRuns.Done, "--data", runs.Data, .. options, .. json]);

            Assert.Equal((ExitCode.Done, ""), (result.Code, result.Out));
            Assert.Contains(said, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Events_Table_ShowsEachEventInALine()
    {
        var result = await App.RunAsync("events", TrainedRuns.Done, "--data", runs.Data, "--type", "policy.updated");
        Assert.Equal(0, result.Code);
        Assert.Equal(6, result.Out.Split('\n').Count(line => line.Contains("policy.updated", StringComparison.Ordinal)));
        Assert.Contains("minibatches [4]", result.Out, StringComparison.Ordinal);
    }

    async Task<JsonElement[]> EventsAsync(string run, params string[] options)
    {
        var result = await App.RunAsync(["events", run, "--data", runs.Data, "--json", .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Lines();
    }

    static string Type(JsonElement line) => line.GetProperty("type").GetString()!;
    static string Hash(JsonElement line) => line.GetProperty("hash").GetString()!;
}
