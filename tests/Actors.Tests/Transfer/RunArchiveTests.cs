using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Journal;
using ActorRlhf.Actors.Tests.Runs;
using Microsoft.Data.Sqlite;
using Some = ActorRlhf.Actors.Tests.Runs.Some;

namespace ActorRlhf.Actors.Tests.Transfer;

public sealed class RunArchiveTests(TwoRuns runs) : IClassFixture<TwoRuns>
{
    readonly string _target = Path.Combine(Temporary.NewDirectory(), "data");
    readonly string _file = Path.Combine(Temporary.NewDirectory(), "run.zip");

    [Fact]
    public void Import_NewDirectory_HasTheRowsAndArtefactsOfTheRunAlone()
    {
        var intake = Import(runs.Export);

        Assert.True(intake.Changed);
        Assert.Equal(Contents.Rows(runs.Directory, "run-one%"), Contents.Rows(_target));
        var ledger = Ledger(runs.Directory, "one");
        Assert.NotEmpty(ledger.Removed);
        Assert.Equal(
            ledger.Required.Order(Comparer<ContentHash>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))),
            Contents.Artefacts(_target));
        Contents.AssertChains(_target);
    }

    [Fact]
    public void Export_SameRunAgainAndAfterAMove_IsTheSameFile()
    {
        Import(runs.Export);
        Export(_target, "one", _file);
        Assert.Equal(File.ReadAllBytes(runs.Export), File.ReadAllBytes(_file));
    }

    [Fact]
    public void Import_Twice_ChangesNothing()
    {
        Import(runs.Export);
        var before = Contents.Files(_target);

        Assert.False(Import(runs.Export).Changed);

        Assert.Equal(before, Contents.Files(_target));
    }

    [Fact]
    public void Import_ArtefactIsLostOrDamaged_PutsItBack()
    {
        Import(runs.Export);
        var before = Contents.Files(_target);
        var artefacts = new ArtefactStore(Path.Combine(_target, "artefacts"));
        ContentHash[] all = [.. artefacts.List()];
        artefacts.Remove(all[0]);
        File.WriteAllText(artefacts.PathOf(all[1]), "damaged");

        Assert.True(Import(runs.Export) is { Artefacts: 1, Mended: 1, Changed: true });

        Assert.Equal(before, Contents.Files(_target));
    }

    /// <summary>An import that fails beside runs that go on takes nothing away that one of them has named meanwhile.</summary>
    [Fact]
    public async Task Import_FailsBesideOthers_LeavesWhatTheyHaveNamed()
    {
        using var data = DataDirectory.OpenForWriting(_target, TimeProvider.System);
        using (var first = data.Store.Begin(TimeProvider.System)) first.Commit();
        ContentHash[] named = [.. Ledger(runs.Directory, "one").Required];
        using var inTheWay = data.Store.Begin(TimeProvider.System);

        var import = Task.Run(() => RunArchive.Import(data.Store, runs.Export, force: false, TimeProvider.System));
        // It waits for the other transaction to end, and gives up.
        await UntilAsync(() => named.All(data.Artefacts.Exists));
        var other = data.Artefacts.ClaimedBy("another run");
        foreach (var hash in named) Assert.True(other.TryClaim(hash));
        other.Named(named);

        await Assert.ThrowsAsync<DataDirectoryUnusableException>(() => import);
        Assert.All(named, hash => Assert.True(data.Artefacts.Exists(hash)));
        Assert.Empty(data.Store.Journal.Streams());
    }

    static async Task UntilAsync(Func<bool> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isThere()) await timer.WaitForNextTickAsync(patience.Token);
    }

    [Fact]
    public void Import_ArtefactIsDamagedOnly_IsAChange()
    {
        Import(runs.Export);
        var artefacts = new ArtefactStore(Path.Combine(_target, "artefacts"));
        File.WriteAllText(artefacts.PathOf(artefacts.List().First()), "damaged");
        Assert.True(Import(runs.Export) is { Artefacts: 0, Mended: 1, Changed: true });
    }

    [Fact]
    public async Task Import_RunWentOnThere_AddsTheTailOnly()
    {
        var (source, early) = (Temporary.NewDirectory(), Path.Combine(Temporary.NewDirectory(), "early.zip"));
        await PauseAsync(source, "one", step: 2);
        Export(source, "one", early);
        await ResumeAsync(source, "one");
        Export(source, "one", _file);
        Import(early);
        var before = Contents.Rows(_target);

        var intake = Import(_file);

        Assert.All(intake.Streams, stream => Assert.True(stream is { Before: > 0, Added: > 0 }, stream.ToString()));
        Assert.Equal(before.Count, intake.Streams.Sum(stream => stream.Before));
        Assert.Equal(Contents.Rows(source), Contents.Rows(_target));
        Contents.AssertChains(_target);
        // And the other way round the older file adds nothing, nor does it bring back what was removed.
        var whole = Contents.Files(_target);
        Assert.False(Import(early).Changed);
        Assert.Equal(whole, Contents.Files(_target));
    }

    [Fact]
    public async Task Import_SameIdOtherHistory_IsRefusedAndChangesNothing()
    {
        await using (var host = await RunsHost.StartAsync(_target)) await host.TrainAsync("one", Some.Recipe("seed=3"));
        var before = Contents.Files(_target);

        var other = Assert.Throws<OtherHistoryException>(() => Import(runs.Export));

        Assert.Equal(("run-one", 1), (other.Stream, other.Sequence));
        Assert.Equal(before, Contents.Files(_target));
    }

    [Fact]
    public void Import_DirectoryInUse_NamesTheHolderAndWritesNothing()
    {
        using (DataDirectory.OpenForWriting(_target, TimeProvider.System))
            Assert.Throws<DataDirectoryInUseException>(() => Import(runs.Export));
        Assert.Empty(new ArtefactStore(Path.Combine(_target, "artefacts")).List());
        Assert.False(File.Exists(Path.Combine(_target, DataDirectory.JournalName)));
    }

    [Fact]
    public void Import_JournalCannotBeWritten_TakesItsArtefactsBack()
    {
        Directory.CreateDirectory(Path.Combine(_target, DataDirectory.JournalName));

        Assert.Throws<DataDirectoryUnusableException>(() => Import(runs.Export));

        Assert.Empty(new ArtefactStore(Path.Combine(_target, "artefacts")).List());
    }

    [Fact]
    public async Task Import_JournalThatItMade_HasTheSchemaOfAkkas()
    {
        Import(runs.Export);
        var made = Schema(_target);

        Assert.NotEmpty(made);
        Assert.Equal(made, Schema(runs.Directory));
        await using var host = await RunsHost.StartAsync(_target);
        Assert.Equal(Contents.Rows(runs.Directory, "run-one%"), Contents.Rows(_target));
    }

    [Fact]
    public async Task Import_PausedRun_IsResumedElsewhereWithTheSameTrajectory()
    {
        var source = Temporary.NewDirectory();
        await PauseAsync(source, "run", step: 3);
        Export(source, "run", _file);
        Import(_file);
        Directory.Delete(source, recursive: true);

        await ResumeAsync(_target, "run");

        await AssertSoundAsync("run");
    }

    [Fact]
    public async Task Import_RunCutOffInAStep_GoesOnElsewhereWithTheSameTrajectory()
    {
        var (source, gate) = (Temporary.NewDirectory(), new Gate(step: 4));
        await using (var host = await RunsHost.StartAsync(source, pool => new GatedChildren(pool, gate)))
        {
            await host.LaunchAsync("run", Some.Recipe());
            await gate.Reached;
            // While the host is at work: an export takes no lock.
            Export(source, "run", _file);
            gate.OpenAtDisposal(host);
        }
        Import(_file);

        await using (var host = await RunsHost.StartAsync(_target))
        {
            var news = host.News(RunId.Parse("run"));
            await host.LaunchAsync("run", Some.Recipe());
            await news.NextAsync<RunEnded>();
            Assert.Contains(host.Read("run").Training().Select(read => read.Event), fact => fact is RunRecovered { Mode: "exact" });
        }
        await AssertSoundAsync("run");
    }

    [Fact]
    public async Task Export_WhileCheckpointsComeAndGo_IsWholeEveryTime()
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(RunId.Parse("run"));
        await host.LaunchAsync("run", Some.Recipe("rl.steps=12", "checkpoint.every=1", "checkpoint.keep=1", "evaluation.every=1"));
        await news.NextAsync<StepEnded>();
        var ended = news.NextAsync<RunEnded>();
        var exports = 0;
        do
        {
            Export(host.Directory, "run", _file);
            Import(_file); // verifies everything; each continues the one before
            exports++;
        }
        while (!ended.IsCompleted);
        await ended;
        Assert.True(exports > 2, $"only {exports} exports");
        Export(host.Directory, "run", _file);
        Import(_file);
        Assert.Equal(Contents.Rows(host.Directory), Contents.Rows(_target));
    }

    [Fact]
    public async Task Export_RemovedArtefactThatIsThereForAnotherRun_Travels()
    {
        var (source, early) = (Temporary.NewDirectory(), Path.Combine(Temporary.NewDirectory(), "early.zip"));
        await PauseAsync(source, "one", step: 3); // there is a checkpoint of step 2
        Export(source, "one", early);
        await ResumeAsync(source, "one");
        var removed = Ledger(source, "one").Removed.First();
        new ArtefactStore(Path.Combine(source, "artefacts")).Put(Forgery.Of(early).Content($"artefacts/{removed}"));

        Export(source, "one", _file);
        Import(_file);

        Assert.True(new ArtefactStore(Path.Combine(_target, "artefacts")).Exists(removed));
        Assert.False(Import(_file).Changed);
    }

    [Fact]
    public void Export_ArtefactIsMissing_SaysWhichAndLeavesNoFile()
    {
        Import(runs.Export);
        var artefacts = new ArtefactStore(Path.Combine(_target, "artefacts"));
        var hash = artefacts.List().First();
        artefacts.Remove(hash);

        Assert.Equal(hash, Assert.Throws<ArtefactMissingException>(() => Export(_target, "one", _file)).Hash);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_file)!));
    }

    [Fact]
    public void Export_ArtefactIsDamaged_SaysWhichAndLeavesNoFile()
    {
        Import(runs.Export);
        var artefacts = new ArtefactStore(Path.Combine(_target, "artefacts"));
        var hash = artefacts.List().First();
        File.AppendAllText(artefacts.PathOf(hash), "x");

        Assert.Equal(hash, Assert.Throws<ArtefactDamagedException>(() => Export(_target, "one", _file)).Hash);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_file)!));
    }

    [Fact]
    public void Export_EventWasAltered_NamesItAndLeavesNoFile()
    {
        Import(runs.Export);
        JournalHost.Tamper(
            Path.Combine(_target, DataDirectory.JournalName),
            "UPDATE journal SET message = x'00' WHERE persistence_id = 'run-one' AND sequence_number = 3");

        Assert.Equal(3, Assert.Throws<UnreadableEventException>(() => Export(_target, "one", _file)).Sequence);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_file)!));
    }

    [Fact]
    public void Export_NoSuchFolder_SaysSo() =>
        Assert.Contains("-o", Assert.Throws<ArchiveNotWrittenException>(() =>
            Export(runs.Directory, "one", Path.Combine(_target, "none", "x.zip"))).Message);

    Intake Import(string file) => RunArchive.Import(file, _target, force: false, TimeProvider.System);

    static void Export(string directory, string run, string file)
    {
        using var data = DataDirectory.OpenForReading(directory);
        RunArchive.Export(data.Store, RunId.Parse(run), file);
    }

    static ArtefactLedger Ledger(string directory, string run)
    {
        using var data = DataDirectory.OpenForReading(directory);
        var record = new RunReader(data.Store).Open(run);
        return ArtefactLedger.Of(record.Training().Concat(record.Evaluations()));
    }

    static async Task PauseAsync(string directory, string run, int step)
    {
        var gate = new Gate(step, run);
        await using var host = await RunsHost.StartAsync(directory, pool => new GatedChildren(pool, gate));
        await host.LaunchAsync(run, Some.Recipe("checkpoint.keep=1"));
        await gate.Reached;
        await host.AskAsync(run, new PauseRun("test"));
        gate.OpenAtDisposal(host);
    }

    static async Task ResumeAsync(string directory, string run)
    {
        await using var host = await RunsHost.StartAsync(directory);
        var news = host.News(RunId.Parse(run));
        await host.LaunchAsync(run, Some.Recipe("checkpoint.keep=1"));
        await host.AskAsync(run, new ResumeRun("test"));
        await news.NextAsync<RunEnded>(ended => ended.View.State.IsTerminal);
    }

    async Task AssertSoundAsync(string run)
    {
        using var data = DataDirectory.OpenForReading(_target);
        var (record, sound) = (new RunReader(data.Store).Open(run), await SoundRun.Of(Some.Recipe()));
        Assert.Equal(
            (RunStatus.Completed, sound.Trajectory, sound.Weights),
            (record.State.Status, record.Trajectory, record.State.Weights));
        Contents.AssertChains(_target);
    }

    static List<string> Schema(string directory)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(directory, DataDirectory.JournalName)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT m.name || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk
            FROM sqlite_master m, pragma_table_info(m.name) c
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
            UNION ALL SELECT m.name || ' ' || i.name || ' ' || i."unique" || ' ' || x.seqno || ' ' || x.name
            FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) x
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
            ORDER BY 1
            """;
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read()) lines.Add(reader.GetString(0));
        return lines;
    }
}
