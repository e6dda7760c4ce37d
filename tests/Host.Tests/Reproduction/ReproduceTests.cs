using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Reproduction;

namespace ActorRlhf.Host.Tests.Reproduction;

public sealed class ReproduceTests : IDisposable
{
    static readonly Study s_study = new(
        "two", "Nothing is found.", "nobody", "pocket-tiny", ["pretrain.steps=60"],
        [new StudyCondition("one"), new StudyCondition("other", "kl.coefficient=0.1")],
        (runs, _) => Task.FromResult(StudyOutcome.Of(
            runs, [StudyClaim.Above("one is above the other", runs.Contrast("one", "other", run => run.GoldAtEnd))],
            ("gold at the end", run => run.GoldAtEnd), ("proxy gained", run => run.ProxyGain))));

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-reproduce-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Train_AfterItWasInterrupted_GoesOnAndTrainsNothingTwice()
    {
        using var data = DataDirectory.OpenForWriting(_folder, TimeProvider.System);
        var runs = s_study.Runs(1);
        using (var cut = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(data, runs, _ => cut.Cancel(), cut.Token));
        var reader = new RunReader(data.Store);
        var (first, head) = (runs[0], reader.Read(runs[0].Id).Head);
        Assert.Null(reader.Unfinished(first.Id));

        var trained = new List<StudyRun>();
        await TrainAsync(data, runs, trained.Add, CancellationToken.None);
        Assert.Equal([runs[1]], trained);
        Assert.Equal(head, reader.Read(first.Id).Head);
        Assert.Null(reader.Unfinished(runs[1].Id));

        await TrainAsync(data, runs, _ => Assert.Fail("all runs were over"), CancellationToken.None);
        await ReportsWhatTheLogsSayAsync(data, runs);
    }

    async Task ReportsWhatTheLogsSayAsync(DataDirectory data, IReadOnlyList<StudyRun> runs)
    {
        var report = await StudyReport.ReadAsync(s_study, 1, data.Store, CancellationToken.None);
        var logs = runs.Select(run => TrainReport.Of(new RunReader(data.Store).Read(run.Id), data.Path)).ToArray();
        Assert.Equal(["one", "other"], report.Outcome!.Rows.Select(row => row.Condition));
        foreach (var (log, row) in logs.Zip(report.Outcome.Rows))
        {
            // Sums in another order: the last digits may differ.
            Assert.Equal(log.Gold.Last!.Value, row.Figures[0]!.Value, 12);
            Assert.Equal(log.Proxy.Last!.Value - log.Proxy.First!.Value, row.Figures[1]!.Value, 12);
        }
        Assert.Equal(logs[0].Gold.Last!.Value - logs[1].Gold.Last!.Value, Assert.Single(report.Outcome.Claims).Value!.Value, 12);

        var pages = Path.Combine(_folder, "pages");
        var page = StudyPage.Write(pages, report);
        await File.AppendAllTextAsync(page, "A person wrote this.\n");
        Assert.Equal(page, StudyPage.Write(pages, report));
        var text = await File.ReadAllTextAsync(page);
        Assert.EndsWith("A person wrote this.\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split("## Remarks\n")[1..]);
        Assert.Contains("- `other` with `kl.coefficient=0.1`\n", text, StringComparison.Ordinal);
        Assert.StartsWith("<svg ", await File.ReadAllTextAsync(Path.ChangeExtension(page, ".svg")), StringComparison.Ordinal);
    }

    static Task TrainAsync(DataDirectory data, IReadOnlyList<StudyRun> runs, Action<StudyRun> ended, CancellationToken ct) =>
        new StudyTraining(data, parallel: 1, acceptBuild: false).TrainAsync(runs, ended, () => TimeSpan.FromSeconds(30), ct);
}
