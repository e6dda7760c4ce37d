using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Journal;
using Npgsql;

namespace ActorRlhf.Actors.Tests.Storage;

/// <summary>A data directory whose journal is in PostgreSQL.</summary>
public sealed class PostgresTests
{
    static readonly string s_columns = """
        SELECT string_agg(table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(identity_generation, ''),
            chr(10) ORDER BY table_name, ordinal_position) FROM information_schema.columns WHERE table_name IN ('journal', 'snapshot')
        """;

    static readonly string s_indexes = """
        SELECT string_agg(indexdef, chr(10) ORDER BY indexdef) FROM pg_indexes WHERE tablename IN ('journal', 'snapshot')
        """;

    [PostgresFact]
    public async Task Schema_IsTheOneOfThePlugin()
    {
        var (ours, theirs) = (PostgresServer.Shared.NewDatabase(), PostgresServer.Shared.NewDatabase());
        using (DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, ours)) { }
        // Epoch 0 is nobody's; without the fence the plugin makes its own tables.
        await using (var host = await JournalHost.StartAsync(new JournalSettings(new PostgresDatabase(PostgresAddress.Parse(theirs), 0))))
            await host.StoreAsync(host.Stream(), new SampleNoted(1));

        Assert.Equal(Ask(theirs, s_columns), Ask(ours, s_columns));
        Assert.Equal(Ask(theirs, s_indexes), Ask(ours, s_indexes));
    }

    [PostgresFact]
    public async Task Writer_StoresAndIsReadBackByWhoeverOpensTheDirectory()
    {
        var directory = Temporary.NewDirectory();
        using (var data = DataDirectory.OpenForWriting(directory, TimeProvider.System, PostgresServer.Shared.NewDatabase()))
        await using (var host = await JournalHost.StartAsync(data.Store.Settings))
            await host.StoreAsync(host.Stream(), [new SampleStarted(default, default), .. Some.Step(1)]);

        using var read = DataDirectory.OpenForReading(directory);
        var journal = new JournalReader(read.Store.Settings, Some.Catalogue);
        Assert.Equal(["run-x"], journal.Streams());
        Assert.Equal([1, 2, 3, 4], journal.Read("run-x").Select(one => one.Sequence));
        Assert.Null(journal.VerifyChain("run-x"));
        Assert.False(File.Exists(read.JournalFile));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "database")));
    }

    /// <summary>The name of a server's machine may be gone for as long as the server: a fault of the database like any other.</summary>
    [Fact]
    public void Open_NameThatNobodyKnows_IsAFaultThatMayPass()
    {
        var database = new PostgresDatabase(PostgresAddress.Parse("Host=nobody.invalid;Database=x;Username=y"));

        var gone = Assert.ThrowsAny<NpgsqlException>(database.OpenForReading);

        Assert.True(DatabaseFault.MayPass(gone));
    }

    [PostgresFact]
    public void OpenForWriting_AnotherDirectoryWhileOneHoldsIt_IsRefusedWithTheHoldersName()
    {
        var database = PostgresServer.Shared.NewDatabase();
        using var holder = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database);
        var refused = Assert.Throws<DataDirectoryInUseException>(
            () => DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database));
        Assert.Equal(Environment.ProcessId, refused.Holder!.ProcessId);
    }

    [PostgresFact]
    public void OpenForWriting_AfterTheHolderGaveItBackOrDiedInTheSameDirectory_TakesItAtOnce()
    {
        var (database, directory) = (PostgresServer.Shared.NewDatabase(), Temporary.NewDirectory());
        DataDirectory.OpenForWriting(directory, TimeProvider.System, database).Dispose();
        DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database).Dispose();
        // As a killed process leaves it: held for a directory that nobody has locked.
        Ask(database, $"UPDATE actorrlhf_writer SET holder = 'x', directory = '{Environment.MachineName}:{directory}'");
        Assert.Throws<DataDirectoryInUseException>(
            () => DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database));
        DataDirectory.OpenForWriting(directory, TimeProvider.System).Dispose();
    }

    [PostgresFact]
    public async Task OvertakenHost_WritesNothingMoreAndIsTold()
    {
        var (database, ours) = (PostgresServer.Shared.NewDatabase(), Temporary.NewDirectory());
        using var late = DataDirectory.OpenForWriting(ours, TimeProvider.System, database);
        await using var host = await JournalHost.StartAsync(late.Store.Settings);
        var stream = host.Stream();
        await host.StoreAsync(stream, new SampleStarted(default, default));
        // As if it had slept for longer than its holder may be silent.
        Ask(database, "UPDATE actorrlhf_writer SET seen = seen - interval '1 hour'");
        using var next = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database);

        stream.Tell(new SampleActor.Store([new SampleNoted(1)]), host.Kit.TestActor);

        var failed = await host.Kit.FishForMessageAsync<PersistFailed>(_ => true, TimeSpan.FromSeconds(20));
        Assert.True(failed.NeedsPerson);
        Assert.Contains("another host has taken this database over", failed.Reason);
        using (var stale = late.Store.Begin(TimeProvider.System))
        {
            stale.Append("run-y", new JournalRow(0, 1, "x", 1, []));
            Assert.Throws<DatabaseUnusableException>(stale.Commit);
        }
        Assert.Single(new JournalReader(next.Store.Settings, Some.Catalogue).Read("run-x"));
        Assert.True(late.Lost.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
        Assert.False(next.Lost.IsCancellationRequested);
    }

    [PostgresFact]
    public void OpenForWriting_WhileATransactionOfTheFormerHolderIsOpen_WaitsForItsEnd()
    {
        var (database, ours) = (PostgresServer.Shared.NewDatabase(), Temporary.NewDirectory());
        using var late = DataDirectory.OpenForWriting(ours, TimeProvider.System, database);
        var open = late.Store.Begin(TimeProvider.System);
        open.Append("run-x", new JournalRow(0, 1, "x", 1, []));
        open.Flush();
        Ask(database, "UPDATE actorrlhf_writer SET seen = seen - interval '1 hour'");

        // The commit is the former holder's, or it is nobody's: never between the two.
        Assert.Throws<DatabaseUnusableException>(
            () => DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database));
        open.Commit();
        open.Dispose();
        Ask(database, "UPDATE actorrlhf_writer SET seen = seen - interval '1 hour'");
        using var next = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database);
        Assert.Equal(1, next.Store.Journal.LastSequence("run-x"));
    }

    [PostgresFact]
    public void ParentOf_ServerIsAway_SaysSoAndNotThatThereIsNone()
    {
        using var server = new PostgresServer();
        using var data = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, server.NewDatabase());
        Assert.Null(Lineage.ParentOf(data.Store.Journal, RunId.Parse("run")));

        server.Stop();

        Assert.True(Assert.Throws<StoreException>(() => Lineage.ParentOf(data.Store.Journal, RunId.Parse("run"))).MayPass);
        server.Start();
    }

    [PostgresFact]
    public void Append_TwoTransactionsOpenAtOnce_DoNotWaitForEachOther()
    {
        using var data = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, PostgresServer.Shared.NewDatabase());
        using (var one = data.Store.Begin(TimeProvider.System))
        using (var other = data.Store.Begin(TimeProvider.System))
        {
            one.Append("run-one", new JournalRow(0, 1, "note", JournalRow.SerializerId, [1]));
            one.Flush();
            other.Append("run-other", new JournalRow(0, 1, "note", JournalRow.SerializerId, [2]));
            other.Commit();
            one.Commit();
        }
        Assert.Equal(["run-one", "run-other"], data.Store.Journal.Streams());
    }

    /// <summary>Else whoever follows all runs would be past the place at which what an import brings becomes visible.</summary>
    [PostgresFact]
    public void Order_GapWhileRunsAreTakenIn_IsNotPassed()
    {
        using var data = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, PostgresServer.Shared.NewDatabase());
        var order = new JournalOrder(data.Store.Journal);
        var later = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1);   // by then no event is fresh
        using var import = data.Store.Begin(TimeProvider.System);
        import.MayTakeLong();
        import.Append("run-one", Sealed("run-one"));
        import.Flush();
        using (var live = data.Store.Begin(TimeProvider.System))
        {
            live.Append("run-other", Sealed("run-other"));
            live.Commit();
        }

        var during = order.After(0, 10, later);
        import.Commit();

        Assert.Empty(during);
        Assert.Equal(["run-one", "run-other"], order.After(0, 10, later).Select(one => one.Event.Stream));

        static JournalRow Sealed(string stream)
        {
            var envelope = new EventEnvelope(TimeProvider.System.GetUtcNow(), null, "here", 1, 1, null);
            var stored = Some.Catalogue.Seal(stream, default, new SampleNoted(1), envelope);
            return new JournalRow(0, 1, stored.Manifest, JournalRow.SerializerId, stored.ToBytes());
        }
    }

    [PostgresFact]
    public void OpenForWriting_ArtefactsOfAnotherJournal_IsRefused()
    {
        var directory = Temporary.NewDirectory();
        DataDirectory.OpenForWriting(directory, TimeProvider.System, PostgresServer.Shared.NewDatabase()).Dispose();
        var refused = Assert.Throws<DatabaseBindingException>(
            () => DataDirectory.OpenForWriting(directory, TimeProvider.System, PostgresServer.Shared.NewDatabase()));
        Assert.Contains("another journal", refused.Message);
    }

    [PostgresFact]
    public void OpenForWriting_JournalInAFile_IsRefusedWithTheWayToMoveIt()
    {
        var directory = Temporary.NewDirectory();
        File.WriteAllText(Path.Combine(directory, DataDirectory.JournalName), "");
        var refused = Assert.Throws<DatabaseBindingException>(
            () => DataDirectory.OpenForWriting(directory, TimeProvider.System, PostgresServer.Shared.NewDatabase()));
        Assert.Contains($"migrate --from {directory} --to CONNECTION", refused.Message);
    }

    [PostgresFact]
    public async Task WithJournal_ServerThatAcknowledgesBeforeItIsDurable_RefusesToStart()
    {
        var database = PostgresServer.Shared.NewDatabase();
        using var data = DataDirectory.OpenForWriting(Temporary.NewDirectory(), TimeProvider.System, database);
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        Ask(database, $"ALTER DATABASE {name} SET synchronous_commit = off");
        var refused = await Assert.ThrowsAsync<UnsafeStorageException>(() => JournalHost.StartAsync(data.Store.Settings));
        Assert.Equal(("synchronous_commit", "off", "on"), (refused.Setting, refused.Value, refused.Expected));
    }

    [Theory]
    [InlineData("Host=h;Port=1;Database=d;Username=u;Password=secret", "postgres://h:1/d")]
    [InlineData("postgres://u:se%40cret@h:7/d?sslmode=require", "postgres://h:7/d")]
    [InlineData("postgresql://h/d", "postgres://h:5432/d")]
    public void Parse_ConnectionStringOrAddress_IsShownWithoutPassword(string text, string shown) =>
        Assert.Equal(shown, new PostgresDatabase(PostgresAddress.Parse(text)).Place);

    [Theory]
    [InlineData("Host=h;Database=d;Pasword=secret")]
    [InlineData("postgres://u:secret@/d")]
    [InlineData("Host=h;Password=secret")]
    [InlineData("secret")]
    [InlineData("")]
    public void Parse_Malformed_SaysWhatWasExpectedAndNoSecret(string text)
    {
        var refused = Assert.Throws<PostgresAddressException>(() => PostgresAddress.Parse(text));
        Assert.Contains("expected 'Host=", refused.Message);
        Assert.DoesNotContain("secret", refused.Message);
    }

    [Fact]
    public void OpenForWriting_NobodyListens_SaysWhere()
    {
        var refused = Assert.Throws<DatabaseUnusableException>(() => DataDirectory.OpenForWriting(
            Temporary.NewDirectory(), TimeProvider.System, "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=secret"));
        Assert.Contains("postgres://127.0.0.1:1/d", refused.Message);
        Assert.DoesNotContain("secret", refused.Message);
    }

    static string? Ask(string database, string sql)
    {
        using var connection = new NpgsqlConnection(database);
        connection.Open();
        return connection.Ask(sql) as string;
    }
}
