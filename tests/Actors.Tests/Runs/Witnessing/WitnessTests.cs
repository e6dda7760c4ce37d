using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Witnessing;
using ActorRlhf.Actors.Tests.Runs.Auditing;

namespace ActorRlhf.Actors.Tests.Runs.Witnessing;

/// <summary>A real run with a fork tells a witness what the log has; no log that was made up agrees with it.</summary>
public sealed class WitnessTests(WitnessedRuns runs) : IClassFixture<WitnessedRuns>
{
    static readonly RunId s_run = RunId.Parse("run"), s_fork = RunId.Parse("fork");

    [Fact]
    public void Train_WithAWitness_TellsItEachCheckpointAndTheEndInOrder()
    {
        using var copy = new Forgery(runs.Folder, s_run);
        var told = WitnessFile.Read(runs.File).Of(s_run).Select(line => line.Head).ToArray();

        var expected = copy.Training()
            .Where(read => read.Event is CheckpointSaved or SftCheckpointed)
            .Select(read => Batch(copy, read))
            .Append(copy.Training()[^1]);
        Assert.Equal(expected.Select(read => new StreamHead(read.Sequence, read.Hash)), told);
        Assert.IsType<RunCompleted>(copy.Training()[^1].Event);
    }

    [Fact]
    public void Audit_RunAndForkAsTheyWereWritten_AgreeWithTheWitness()
    {
        using var copy = new Forgery(runs.Folder, s_run);
        Assert.Null(Audit(copy, s_run).FirstBad);
        Assert.Null(Audit(copy, s_fork).FirstBad);
    }

    [Fact]
    public void Audit_WholeLogInventedAnew_IsFoundAtTheFirstHeadThatWasTold()
    {
        using var copy = new Forgery(runs.Folder, s_run);
        // Another run of the same recipe is sound in itself; only the times differ.
        copy.CutFrom(s_fork.TrainingStream, 1);
        copy.CutFrom(s_fork.EvaluationStream, 1);
        (string, string)[] streams =
        [
            (runs.Twin.TrainingStream, s_run.TrainingStream), (runs.Twin.EvaluationStream, s_run.EvaluationStream),
        ];
        foreach (var (from, to) in streams)
        {
            var (events, origin) = (copy.Events(from), copy.Events(from)[0].Stored.PreviousHash);
            copy.CutFrom(to, 1);
            foreach (var read in events)
            {
                var previous = read.Sequence == 1 ? origin : copy.Events(to)[^1].Hash;
                copy.Append(to, previous, read.Sequence - 1, read.Stored.Envelope, [read.Event]);
            }
        }
        copy.Lie(copy.Training()[0], (RunStarted started) => started);

        Assert.Null(copy.Audit().FirstBad);
        var bad = Audit(copy, s_run).FirstBad;

        Assert.Equal((s_run.TrainingStream, First().Sequence, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
        Assert.Contains($"of {runs.File}", bad!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_TailCutTogetherWithWhatNamesIt_IsTruncated()
    {
        using var copy = new Forgery(runs.Folder, s_run);
        var saved = copy.Training().First(read => read.Event is CheckpointSaved);
        copy.CutFrom(s_fork.TrainingStream, 1);
        copy.CutFrom(s_fork.EvaluationStream, 1);
        copy.CutFrom(s_run.TrainingStream, saved.Sequence);
        var later = copy.Evaluations().First(read => EvaluationSource.Of(read.Event)?.Sequence >= saved.Sequence);
        copy.CutFrom(s_run.EvaluationStream, later.Sequence);

        Assert.Null(RunAudit.Of(copy.Data.Store, s_run, beingWritten: true).FirstBad);
        var bad = Audit(copy, s_run).FirstBad;

        Assert.Equal((s_run.TrainingStream, saved.Sequence, AuditFindingKind.Truncated), (bad?.Stream, bad?.Sequence, bad?.Kind));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Audit_WitnessOfTheParent_CountsForTheForkUpToWhereItLeft(int line, bool found)
    {
        using var copy = new Forgery(runs.Folder, s_run);
        var file = Path.Combine(Temporary.NewDirectory(), "witness");
        var lines = File.ReadAllLines(runs.File);
        var mine = Enumerable.Range(0, lines.Length).Where(i => lines[i].Contains("\"run\":\"run\"", StringComparison.Ordinal)).ToArray();
        var changed = line < 0 ? mine[^1] : mine[line];
        lines[changed] = lines[changed][..lines[changed].IndexOf("\"hash\"", StringComparison.Ordinal)]
            + $"\"hash\":\"{Some.Hash("other")}\",\"time\":\"2026-11-23T12:00:00+00:00\"}}";
        File.WriteAllLines(file, lines);

        var bad = RunAudit.Of(copy.Data.Store, s_fork, witness: WitnessFile.Read(file)).FirstBad;

        if (found)
            Assert.Equal((s_run.TrainingStream, First().Sequence, AuditFindingKind.Altered), (bad?.Stream, bad?.Sequence, bad?.Kind));
        else Assert.Null(bad);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("")]
    [InlineData("""{"run":"../run","sequence":"""
        + """1,"hash":"0000000000000000000000000000000000000000000000000000000000000001","time":"2026-11-23T12:00:00+00:00"}""")]
    [InlineData("""{"run":"run","sequence":"""
        + """0,"hash":"0000000000000000000000000000000000000000000000000000000000000001","time":"2026-11-23T12:00:00+00:00"}""")]
    [InlineData("""{"run":"run","sequence":1,"hash":"01","time":"2026-11-23T12:00:00+00:00"}""")]
    public void Read_DamagedLine_IsNamed(string damaged)
    {
        var file = Path.Combine(Temporary.NewDirectory(), "witness");
        var sound = File.ReadLines(runs.File).Take(2).Select(line => line + "\n");
        File.WriteAllText(file, string.Concat([.. sound, damaged + "\n", File.ReadLines(runs.File).First() + "\n"]));

        // An empty line is the beginning of every line, and so of one that was broken off at once.
        if (damaged == "") Assert.NotEmpty(WitnessFile.Read(file).Of(s_run));
        else
        {
            var error = Assert.Throws<WitnessFileException>(() => WitnessFile.Read(file));
            Assert.Equal((file, 3), (error.Path, error.Line));
        }
    }

    [Fact]
    public void Read_LineThatIsBeingWrittenOrWasBrokenOffAndRepeated_IsPassedOver()
    {
        var file = Path.Combine(Temporary.NewDirectory(), "witness");
        var (line, other) = (File.ReadLines(runs.File).First(), File.ReadLines(runs.File).ElementAt(1));
        File.WriteAllText(file, $"{line[..30]}\n{other}\n{line}\n{line[..20]}");

        var witnessed = WitnessFile.Read(file).Of(s_run).Last();
        Assert.Equal((First().Sequence, $"line 3 of {file}"), (witnessed.Head.Sequence, witnessed.Where));
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo() =>
        Assert.Null(Assert.Throws<WitnessFileException>(() => WitnessFile.Read(Path.Combine(runs.Folder, "no witness"))).Line);

    [Fact]
    public async Task Train_WitnessInAFolderThatIsNotThere_GoesOnAndWarns()
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(s_run);
        var file = Path.Combine(host.Directory, "not there", "witness");

        var run = await host.TrainAsync("run", Some.Recipe($"witness.file={file}"));

        Assert.Equal(RunStatus.Completed, run.State.Status);
        Assert.Equal($"the witness {file}", (await news.NextAsync<RunNotTold>()).Whom);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Add_FolderThatAppearsLater_GetsAllLinesInOrder()
    {
        var (witnesses, file) = (new Witnesses(TimeProvider.System), Path.Combine(Temporary.NewDirectory(), "later", "witness"));
        WitnessLine Line(int sequence) => new("run", sequence, Some.Hash($"{sequence}"), DateTimeOffset.UnixEpoch);

        Assert.NotNull(await witnesses.Add(file, Line(1)));
        Assert.NotNull(await witnesses.Add(file, Line(2)));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await Task.WhenAll(Enumerable.Range(3, 50).Select(i => witnesses.Add(file, Line(i))));

        Assert.Equal(Enumerable.Range(1, 52).Select(i => (long)i), WitnessFile.Read(file).Of(s_run).Select(line => line.Head.Sequence));
    }

    [Fact]
    public async Task Add_LastLineWasCutOff_BeginsANewOne()
    {
        var (witnesses, file) = (new Witnesses(TimeProvider.System), Path.Combine(Temporary.NewDirectory(), "witness"));
        await File.WriteAllTextAsync(file, "{\"run\":\"run\",\"seq");

        Assert.Null(await witnesses.Add(file, new WitnessLine("run", 1, Some.Hash("1"), DateTimeOffset.UnixEpoch)));

        Assert.Single(WitnessFile.Read(file).Of(s_run));
    }

    AuditReport Audit(Forgery copy, RunId run) => RunAudit.Of(copy.Data.Store, run, witness: WitnessFile.Read(runs.File));

    StreamHead First() => WitnessFile.Read(runs.File).Of(s_run).First().Head;

    /// <summary>The last event of the transaction: what retention removed is stored with the checkpoint.</summary>
    static Log.Events.ReadEvent Batch(Forgery copy, Log.Events.ReadEvent saved) =>
        copy.Training()
            .SkipWhile(read => read.Sequence < saved.Sequence)
            .TakeWhile(read => read == saved || read.Sequence == saved.Sequence || read.Event is ArtefactRemoved)
            .Last();
}

/// <summary>A run, a fork and a run of the same recipe that told nobody, trained once.</summary>
public sealed class WitnessedRuns : IAsyncLifetime
{
    public string Folder { get; private set; } = "";
    public string File { get; } = Path.Combine(Temporary.NewDirectory(), "witness.jsonl");
    internal RunId Twin { get; } = RunId.Parse("twin");

    public async Task InitializeAsync()
    {
        await using var host = await RunsHost.StartAsync();
        Folder = host.Directory;
        var recipe = Some.Recipe("checkpoint.every=1", "checkpoint.keep=2", $"witness.file={File}");
        var run = await host.TrainAsync("run", recipe);
        await host.TrainAsync("fork", recipe, fork: await host.LeaveAsync(run, 2, recipe));
        await host.TrainAsync("twin", recipe with { Witness = new() });
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
