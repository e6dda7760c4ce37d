using System.Text.Json;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class RunsCommandTests(TrainedRuns runs)
{
    [Fact]
    public async Task Runs_Json_HasALineForEachRunInOrderOfTheirBeginning()
    {
        var result = await App.RunAsync("runs", "--data", runs.Data, "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Lines();
        Assert.Equal([TrainedRuns.Done, TrainedRuns.Stopped], lines.Select(line => line.GetProperty("run").GetString()!));
        Assert.All(lines, line =>
        {
            Assert.Equal(["run", "recipe", "seed", "state", "step", "steps", "head", "trajectory", "notApplied", "started"], line.Names());
            Assert.Equal("pocket-tiny", line.GetProperty("recipe").GetString());
            Assert.Matches(new Regex("^[1-9][0-9]*:[0-9a-f]{64}$"), line.GetProperty("head").GetString());
            Assert.Matches(new Regex("^[0-9a-f]{64}$"), line.GetProperty("trajectory").GetString());
        });
        Assert.Equal(("completed", 6, 6, 0UL), Facts(lines[0]));
        var (state, step, steps, seed) = Facts(lines[1]);
        Assert.Equal(("stopped", 500, ulong.MaxValue), (state, steps, seed));
        Assert.InRange(step, 1, 499);
    }

    [Fact]
    public async Task Runs_Table_NamesEveryRun()
    {
        var result = await App.RunAsync("runs", "--data", runs.Data);
        Assert.Equal(0, result.Code);
        Assert.Contains(TrainedRuns.Done, result.Out, StringComparison.Ordinal);
        Assert.Contains("6/6", result.Out, StringComparison.Ordinal);
        Assert.Contains("18446744073709551615", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200", true)]
    [InlineData("100", false)]
    [InlineData("80", false)]
    [InlineData("40", false)]
    public async Task Runs_NarrowTerminal_BreaksNoWord(string columns, bool head)
    {
        var result = await TrainProcess.RunCommandAsync(
            new Dictionary<string, string> { ["COLUMNS"] = columns },
            "runs", "--data", runs.Data);

        Assert.Equal(0, result.Code);
        var lines = result.Out.Split('\n');
        var width = int.Parse(columns, System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width));
        string[] words = [TrainedRuns.Done, TrainedRuns.Stopped, "18446744073709551615", "6/6", "completed", "stopped"];
        foreach (var word in words) Assert.Contains(word, result.Out, StringComparison.Ordinal);
        Assert.Equal(head, Regex.IsMatch(result.Out, "[1-9][0-9]*:[0-9a-f]{64}"));
    }

    [Fact]
    public async Task Runs_DirectoryWithoutRuns_IsNotFound()
    {
        var result = await App.RunAsync("runs", "--data", Path.Combine(runs.Data, "logs"), "--json");
        Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
        Assert.Contains("--data", Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrainedRuns.Done)]
    [InlineData(TrainedRuns.Stopped)]
    public async Task Show_LastMetrics_AreThoseOfReplay(string run)
    {
        var shown = (await App.RunAsync("show", run, "--data", runs.Data, "--json")).Single();

        using var directory = DataDirectory.OpenForReading(runs.Data);
        var replay = RunReplay.Of(new RunReader(directory.Store).Streams(RunId.Parse(run)));
        Assert.Equal(Sorted(replay.LastMetrics!.Values), Sorted(Metrics(shown, "lastMetrics")));
        Assert.Equal(Sorted(replay.LastEvaluation!.Values), Sorted(Metrics(shown, "lastEvaluation")));
    }

    [Fact]
    public async Task Show_Json_IsTheLineOfRunsAndMore()
    {
        var line = (await App.RunAsync("runs", "--data", runs.Data, "--json")).Lines()[0];

        var shown = (await App.RunAsync("show", TrainedRuns.Done, "--data", runs.Data, "--json")).Single();

        foreach (var property in line.EnumerateObject())
            Assert.Equal(property.Value.GetRawText(), shown.GetProperty(property.Name).GetRawText());
        Assert.StartsWith("name: 'pocket-tiny'\n", shown.GetProperty("recipeText").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("parent").ValueKind);
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("reason").ValueKind);
        Assert.Equal(6, shown.GetProperty("lastMetrics").GetProperty("step").GetInt32());
        Assert.True(double.IsFinite(shown.GetProperty("lastEvaluation").GetProperty("metrics").GetProperty("objective/gold").GetDouble()));
        var checkpoints = shown.GetProperty("checkpoints").EnumerateArray().ToArray();
        Assert.Equal([2, 4, 6], checkpoints.Select(checkpoint => checkpoint.GetProperty("step").GetInt32()));
        Assert.Equal(["policy", "policy-optimizer", "critic", "critic-optimizer"], checkpoints[0].GetProperty("files").Names());
        Assert.EndsWith("Z", shown.GetProperty("started").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("line", shown.Names());
    }

    [Fact]
    public async Task Show_Disk_CountsWhatIsThere()
    {
        var disk = (await App.RunAsync("show", TrainedRuns.Done, "--data", runs.Data, "--json")).Single().GetProperty("disk");
        Assert.Equal(["events", "sharedEvents", "eventBytes", "artefacts", "artefactBytes", "removed", "missing"], disk.Names());
        Assert.Equal(0, disk.GetProperty("missing").GetInt32());
        Assert.Equal(0, disk.GetProperty("removed").GetInt32());
        Assert.True(disk.GetProperty("artefacts").GetInt32() > 20);
        Assert.True(disk.GetProperty("artefactBytes").GetInt64() > 100_000);
    }

    [Fact]
    public async Task Show_StoppedRun_GivesTheReasonAlsoInTheTable()
    {
        var result = await App.RunAsync("show", TrainedRuns.Stopped, "--data", runs.Data);
        Assert.Equal(0, result.Code);
        Assert.Contains("stopped: the test has seen enough", result.Out, StringComparison.Ordinal);
        Assert.Contains("pretrain:", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunThatWasCutOff_NobodyWritesTheDirectory_SaysSoToPeopleAlone()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-cut-off-").FullName;
        runs.CopyTampered(folder, "DELETE FROM journal WHERE persistence_id = 'run-done-1' AND manifest LIKE 'run.completed/%'");

        var listed = await App.RunAsync("runs", "--data", folder);
        var shown = await App.RunAsync("show", TrainedRuns.Done, "--data", folder);
        var json = await App.RunAsync("show", TrainedRuns.Done, "--data", folder, "--json");
        App.Result atWork;
        using (DataDirectory.OpenForWriting(folder, TimeProvider.System))
            atWork = await App.RunAsync("show", TrainedRuns.Done, "--data", folder);

        Assert.Contains("running (nobody is training it)", listed.Out, StringComparison.Ordinal);
        Assert.Contains($"actorrlhf train --resume RUN --data {folder}", listed.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"running (nobody is training it; actorrlhf train --resume done-1 --data {folder} goes on)",
            shown.Out, StringComparison.Ordinal);
        Assert.Equal("running", json.Single().GetProperty("state").GetString());
        Assert.DoesNotContain("nobody", atWork.Out, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("latest", TrainedRuns.Stopped)]
    [InlineData("done", TrainedRuns.Done)]
    [InlineData("s", TrainedRuns.Stopped)]
    public async Task Show_BeginningOrLatest_FindsTheRun(string name, string expected) =>
        Assert.Equal(expected, (await App.RunAsync("show", name, "--data", runs.Data, "--json")).Single().GetProperty("run").GetString());

    [Theory]
    [InlineData("show")]
    [InlineData("events")]
    [InlineData("completions")]
    [InlineData("metrics")]
    [InlineData("best-of-n")]
    [InlineData("counterfactual")]
    public async Task UnknownRun_EveryCommand_IsNotFoundInOneLine(string command)
    {
        foreach (var name in new[] { "no-such-run", "", "../lock", "done-1-evaluations" })
        {
            var result = await App.RunAsync(command, name, "--data", runs.Data, "--json");
            Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    static (string State, int Step, int Steps, ulong Seed) Facts(JsonElement line) =>
        (line.GetProperty("state").GetString()!, line.GetProperty("step").GetInt32(),
            line.GetProperty("steps").GetInt32(), line.GetProperty("seed").GetUInt64());

    static Dictionary<string, double> Metrics(JsonElement shown, string which) =>
        shown.GetProperty(which).GetProperty("metrics").EnumerateObject()
            .ToDictionary(
                metric => metric.Name, metric => metric.Value.ValueKind is JsonValueKind.Null ? double.NaN : metric.Value.GetDouble());

    static IEnumerable<KeyValuePair<string, double>> Sorted(IReadOnlyDictionary<string, double> metrics) =>
        metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal);
}
