using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Report.Checking;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Making;

namespace ActorRlhf.Host.Tests.Report;

[Collection(TrainedRunsCollection.Name)]
public sealed class ReportVerifyTests(TrainedRuns runs) : IDisposable
{
    const ulong Seed = 20;
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("svg")]
    public async Task Verify_ADigitChangedAtAHundredRandomPlaces_IsNamedEachTime(string format)
    {
        var file = await MakeAsync(format);
        var clean = await File.ReadAllTextAsync(file);
        using var data = DataDirectory.OpenForReading(runs.Data);
        using var held = data.Store.Journal.Hold();
        Assert.True(ReportCheck.Of(file, data.Store).Agrees);
        int[] digits = [.. Enumerable.Range(0, clean.Length).Where(i => char.IsAsciiDigit(clean[i]))];
        for (var n = 0u; n < 100; n++)
        {
            var at = digits[(int)(Philox.Uniform(Seed, 0, 0, n, 0) * digits.Length)];
            var other = (char)('0' + ((clean[at] - '0' + 1 + (int)(Philox.Uniform(Seed, 0, 0, n, 1) * 9)) % 10));
            await File.WriteAllTextAsync(file, clean[..at] + other + clean[(at + 1)..]);

            var check = ReportCheck.Of(file, data.Store);

            Assert.False(check.Agrees);
            var one = Assert.Single(check.Differences);
            Assert.NotEqual(one.File, one.Log);
            Assert.NotEqual("", one.Place);
        }
    }

    [Fact]
    public async Task Verify_ChangedNumber_IsSaidWithBothTextsAndItsPlace()
    {
        var file = await MakeAsync("html");
        var clean = await File.ReadAllTextAsync(file);
        var evidence = clean.Split('\n').First(line => line.StartsWith("\"evidence\": ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, clean.Replace($"\n{evidence}\n", "\n\"evidence\": 123.5,\n", StringComparison.Ordinal));

        var result = await App.RunAsync("report", "--verify", file, "--data", runs.Data, "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        var check = result.Single();
        Assert.Equal(["file", "format", "agrees", "numbers", "differences", "leftOut", "runs"], check.Names());
        Assert.Contains(check.GetProperty("differences").EnumerateArray(), one =>
            one.GetProperty("place").GetString() == "data/runs/0/ledger/alarm/evidence" && one.GetProperty("file").GetString() == "123.5"
            && evidence.Contains(one.GetProperty("log").GetString()!, StringComparison.Ordinal));
        Assert.Equal(["run", "training", "evaluations", "step", "stepNow", "goneOn"], check.GetProperty("runs")[0].Names());
    }

    [Fact]
    public async Task Verify_CleanFile_AgreesAndSaysHowManyNumbers()
    {
        var result = await App.RunAsync("report", "--verify", await MakeAsync("html"), "--data", runs.Data);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches("agrees with the log in each of its [0-9]+ numbers", result.Out);
    }

    [Fact]
    public async Task Verify_RunThatHasGoneOnSince_IsComparedWithWhatItWasThen()
    {
        var file = Path.Combine(_folder, "then.html");
        using (var data = DataDirectory.OpenForReading(runs.Data))
        {
            var run = new RunReader(data.Store).Open(TrainedRuns.Done);
            var then = run.Training().Last(read => EventSteps.EndedBy(read.Event) == 1);
            var looked = run.Evaluations().Last(read => EventSteps.Of(read.Event) == 0);
            var stamp = new ReportStamp(ReportStamp.CurrentFormat, "html", null,
            [
                new ReportStamp.OfRun(run.Id.Value, HeadOf(then).ToString(), HeadOf(looked).ToString()),
            ]);
            await File.WriteAllTextAsync(file, new ReportMaker(data.Store).Text(stamp));
        }

        var result = await App.RunAsync("report", "--verify", file, "--data", runs.Data);

        Assert.Equal(0, result.Code);
        Assert.Contains("has gone on since: this report is of step 1, the run is at step", result.Error, StringComparison.Ordinal);

        static StreamHead HeadOf(ReadEvent read) => new(read.Sequence, read.Hash);
    }

    [Fact]
    public async Task Verify_HeadThatTheLogNeverHad_IsADifference()
    {
        var file = await MakeAsync("html");
        var text = await File.ReadAllTextAsync(file);
        var head = JsonDocument.Parse(text.Split('\n')[1]["<!-- actorrlhf-report ".Length..^" -->".Length]).RootElement
            .GetProperty("runs")[0].GetProperty("training").GetString()!;
        await File.WriteAllTextAsync(file, text.Replace(head, $"{head.Split(':')[0]}:{new string('a', 64)}", StringComparison.Ordinal));

        var result = await App.RunAsync("report", "--verify", file, "--data", runs.Data);

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"heads of run {TrainedRuns.Done}", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<p>17</p>", ExitCode.Usage, "is no report")]
    [InlineData(null, ExitCode.NotFound, "there is no file")]
    public async Task Verify_WhatIsNoReport_SaysSo(string? content, int code, string expected)
    {
        var file = Path.Combine(_folder, "other.html");
        if (content is not null) await File.WriteAllTextAsync(file, content);
        var result = await App.RunAsync("report", "--verify", file, "--data", runs.Data);
        Assert.Equal(code, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    async Task<string> MakeAsync(string format)
    {
        var file = Path.Combine(_folder, $"report.{format}");
        Assert.Equal(0, (await App.RunAsync("report", TrainedRuns.Done, "-o", file, "--data", runs.Data)).Code);
        return file;
    }
}
