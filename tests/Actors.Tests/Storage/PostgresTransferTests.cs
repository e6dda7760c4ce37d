using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Actors.Tests.Transfer;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>Runs on their way between files and PostgreSQL: nothing changes on it.</summary>
public sealed class PostgresTransferTests(TwoRuns runs) : IClassFixture<TwoRuns>
{
    readonly string _file = Path.Combine(Temporary.NewDirectory(), "archive.zip");

    [PostgresFact]
    public void Migrate_ThereAndBack_KeepsEveryHeadAndEveryRow()
    {
        var (directory, database) = (Temporary.CopyOf(runs.Directory), PostgresServer.Shared.NewDatabase());
        var before = Contents.Rows(directory);

        IReadOnlyList<(string Stream, StreamHead Head)> there, back;
        using (var move = JournalMove.ToPostgres(directory, database, TimeProvider.System))
            there = Migration.Run(move, TimeProvider.System, _ => { });
        Assert.Empty(Directory.EnumerateFiles(directory, DataDirectory.JournalName + "*"));
        // It is whole by itself.
        var left = Temporary.NewDirectory();
        File.Copy(Path.Combine(directory, JournalMove.LeftBehind), Path.Combine(left, DataDirectory.JournalName));
        Assert.Equal(before, Contents.Rows(left));
        using (var read = DataDirectory.OpenForReading(directory))
            foreach (var (stream, head) in there) Assert.Null(read.Store.Journal.VerifyChain(stream, known: head));
        using (var move = JournalMove.ToFile(database, directory, TimeProvider.System))
            back = Migration.Run(move, TimeProvider.System, _ => { });

        Assert.Equal(4, there.Count);
        Assert.Equal(there, back);
        Assert.Equal(before, Contents.Rows(directory));
        Contents.AssertChains(directory);
    }

    [PostgresFact]
    public void Migrate_ChainThatDoesNotHold_MovesNothing()
    {
        var (directory, database) = (Temporary.CopyOf(runs.Directory), PostgresServer.Shared.NewDatabase());
        using (var data = DataDirectory.OpenForReading(directory))
            Vandal.Execute(data.Store.Settings.Database,
                "UPDATE journal SET manifest = 'run.paused/1' WHERE persistence_id = 'run-two' AND sequence_number = 9");
        var before = Contents.Rows(directory);

        using (var move = JournalMove.ToPostgres(directory, database, TimeProvider.System))
            Assert.ThrowsAny<Exception>(() => Migration.Run(move, TimeProvider.System, _ => { }));

        Assert.Equal(before, Contents.Rows(directory));
        Assert.Equal(0L, Vandal.Ask(new PostgresDatabase(PostgresAddress.Parse(database)), "SELECT COUNT(*) FROM journal"));
        using var still = DataDirectory.OpenForReading(directory);
        Assert.Equal(Path.Combine(directory, DataDirectory.JournalName), still.Store.Settings.Database.Place);
    }

    [PostgresFact]
    public void Migrate_DatabaseWithRuns_IsRefused()
    {
        var database = PostgresServer.Shared.NewDatabase();
        var first = Temporary.CopyOf(runs.Directory);
        using (var move = JournalMove.ToPostgres(first, database, TimeProvider.System)) Migration.Run(move, TimeProvider.System, _ => { });

        var refused = Assert.Throws<DatabaseBindingException>(
            () => JournalMove.ToPostgres(Temporary.CopyOf(runs.Directory), database, TimeProvider.System));

        Assert.Contains("there are runs in it", refused.Message);
    }

    [PostgresFact]
    public void Export_FromPostgres_IsTheSameFile()
    {
        using var data = DataDirectory.OpenForReading(Moved());
        RunArchive.Export(data.Store, TwoRuns.One, _file);
        Assert.Equal(File.ReadAllBytes(runs.Export), File.ReadAllBytes(_file));
    }

    [PostgresFact]
    public void Import_IntoPostgres_HasTheRunAsItWas()
    {
        var target = Stores.Make(StoreKind.Postgres);
        Assert.True(RunArchive.Import(runs.Export, target, force: false, TimeProvider.System).Changed);
        Assert.False(RunArchive.Import(runs.Export, target, force: false, TimeProvider.System).Changed);
        using var data = DataDirectory.OpenForReading(target);
        RunArchive.Export(data.Store, TwoRuns.One, _file);
        Assert.Equal(File.ReadAllBytes(runs.Export), File.ReadAllBytes(_file));
    }

    [PostgresFact]
    public void Backup_OfPostgres_IsTheSameFile()
    {
        using var data = DataDirectory.OpenForReading(Moved());
        DataBackup.Write(data.Store, _file);
        Assert.Equal(File.ReadAllBytes(runs.Backup), File.ReadAllBytes(_file));
    }

    [PostgresFact]
    public void Disk_OfPostgres_CountsTheTables()
    {
        using var data = DataDirectory.OpenForReading(Moved());
        var use = DirectoryUse.Of(data);
        Assert.True(use.Database is { Files: 0, Bytes: > 0 });
        Assert.Empty(use.Problems);
    }

    [PostgresFact]
    public void Delete_InPostgres_LeavesTheOtherRunAndTheFactThatItWasDeleted()
    {
        var directory = Moved();
        using (var data = DataDirectory.OpenForWriting(directory, TimeProvider.System))
            RunDeletion.Delete(data.Store, RunId.Parse("two"), force: false, "no longer needed", TimeProvider.System);
        using var left = DataDirectory.OpenForReading(directory);
        Assert.Equal(["one"], new RunReader(left.Store).Runs().Select(run => run.Value));
        Assert.All(left.Store.Journal.Streams(), stream => Assert.Null(left.Store.Journal.VerifyChain(stream)));
    }

    string Moved() => Stores.Move(StoreKind.Postgres, Temporary.CopyOf(runs.Directory));
}
