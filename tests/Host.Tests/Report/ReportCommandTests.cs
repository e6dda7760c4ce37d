using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Report;

[Collection(TrainedRunsCollection.Name)]
public sealed class ReportCommandTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("html")]
    [InlineData("md")]
    [InlineData("svg")]
    [InlineData("png")]
    public async Task Report_MadeTwice_IsTheSameBytes(string format)
    {
        var (one, two) = (Path.Combine(_folder, $"one.{format}"), Path.Combine(_folder, $"two.{format}"));
        var first = await App.RunAsync("report", TrainedRuns.Done, "-o", one, "--data", runs.Data, "--json");
        Assert.Equal((0, ""), (first.Code, first.Error));
        Assert.Equal(format, first.Single().GetProperty("format").GetString());
        Assert.Equal(0, (await App.RunAsync("report", TrainedRuns.Done, "-o", two, "--data", runs.Data)).Code);
        Assert.Equal(await File.ReadAllBytesAsync(one), await File.ReadAllBytesAsync(two));
        Assert.Equal(new FileInfo(one).Length, first.Single().GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Report_OfTwoRuns_HasASectionForEachAndVerifies()
    {
        var file = Path.Combine(_folder, "both.html");
        Assert.Equal(0, (await App.RunAsync("report", TrainedRuns.Done, TrainedRuns.Stopped, "done", "-o", file, "--data",
            runs.Data)).Code);
        var page = await File.ReadAllTextAsync(file);
        Assert.Contains("<h2>Run done-1</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<h2>Run stopped-2</h2>", page, StringComparison.Ordinal);
        Assert.Contains("The runs over each other", page, StringComparison.Ordinal);
        // One of them was stopped before its second evaluation.
        Assert.Contains("No two of the runs have both reward models and one yardstick", page, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"run3\"", page, StringComparison.Ordinal);
        Assert.Equal(0, (await App.RunAsync("report", "--verify", file, "--data", runs.Data)).Code);
    }

    [Theory]
    [InlineData("report needs a RUN", "report")]
    [InlineData("report needs -o FILE", "report", "latest")]
    [InlineData("'report' does not say what to write", "report", "latest", "-o", "report")]
    [InlineData("--figure belongs to svg and png, not to html", "report", "latest", "-o", "x.html", "--figure", "score-steps")]
    [InlineData("--verify FILE stands alone", "report", "latest", "--verify", "x.html")]
    [InlineData("there is no folder", "report", "latest", "-o", "/nowhere/at/all/x.html")]
    public async Task Report_WrongCommandLine_SaysWhatIsExpected(string expected, params string[] args)
    {
        var result = await App.RunAsync([.. args, "--data", runs.Data]);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_UnknownFigure_NamesThoseThatThereAre()
    {
        var result = await App.RunAsync("report", TrainedRuns.Done, "-o", Path.Combine(_folder, "x.svg"), "--figure", "pie", "--data",
            runs.Data);
        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("'pie' is not one of reward-steps, score-steps", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task Report_UnknownRun_IsNotFound() => Assert.Equal(
        ExitCode.NotFound, (await App.RunAsync("report", "nobody", "-o", Path.Combine(_folder, "x.html"), "--data", runs.Data)).Code);
}
