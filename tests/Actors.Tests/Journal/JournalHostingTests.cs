using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Databases;
using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class JournalHostingTests
{
    [Fact]
    public async Task WithJournal_AfterWork_HasOnlyOurSerializerAndManifestsInTheDatabase()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), [new SampleStarted(default, default), .. Some.Step(1)]);
        await ReadyAsync(host);

        Assert.Equal(["sample.noted/1|7001", "sample.started/1|7001", "sample.stepped/1|7001"],
            Query(host.File, "SELECT DISTINCT manifest || '|' || identifier FROM journal ORDER BY 1"));
        Assert.Equal(["journal-guard|journal.heartbeat/1|7001"],
            Query(host.File, "SELECT persistence_id || '|' || manifest || '|' || serializer_id FROM snapshot"));
    }

    [Fact]
    public async Task WithJournal_AnotherSnapshot_IsRefusedInsteadOfWrittenAsJson()
    {
        await using var host = await JournalHost.StartAsync();
        var store = Persistence.Instance.Apply(host.System).SnapshotStoreFor("");
        store.Tell(new SaveSnapshot(new SnapshotMetadata("other", 1, DateTime.UnixEpoch), new { Text = "as JSON?" }), host.Kit.TestActor);
        await host.Kit.ExpectMsgAsync<SaveSnapshotFailure>(TimeSpan.FromSeconds(20));
        Assert.DoesNotContain("other", Query(host.File, "SELECT persistence_id FROM snapshot"));
    }

    [Fact]
    public async Task WithJournal_ReplayFilterThatRepairs_RefusesToStart()
    {
        var unsafeStorage = await Assert.ThrowsAsync<UnsafeStorageException>(() => JournalHost.StartAsync(more: builder =>
            builder.AddHocon("akka.persistence.journal.sql.replay-filter.mode = repair-by-discard-old", HoconAddMode.Prepend)));
        Assert.Equal(
            ("replay-filter.mode", "repair-by-discard-old", "fail"),
            (unsafeStorage.Setting, unsafeStorage.Value, unsafeStorage.Expected));
    }

    [Fact]
    public async Task WithJournal_DatabaseThatCannotUseAWriteAheadLog_RefusesToStart()
    {
        var inMemory = new JournalSettings(new SqliteDatabase("Data Source=not-a-file;Mode=Memory;Cache=Shared"));
        Assert.Equal("journal_mode", (await Assert.ThrowsAsync<UnsafeStorageException>(() => JournalHost.StartAsync(inMemory))).Setting);
    }

    [Fact]
    public async Task WithJournal_EventsOfAnOvertakenWriter_FailRecoveryAndAreNotDiscarded()
    {
        await using var host = await JournalHost.StartAsync();
        var stream = host.Stream();
        await host.StoreAsync(stream, Some.Step(1));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        JournalHost.Tamper(host.File, "UPDATE journal SET writer_uuid = 'another' WHERE sequence_number = 2");

        host.Stream();

        var failed = await host.Kit.ExpectMsgAsync<StreamRecoveryFailed>(TimeSpan.FromSeconds(20));
        Assert.Equal("stream run-x cannot be read: events of two writers follow each other at sequence 3, "
            + "and none of them was discarded. Restore the journal from a backup",
            Assert.IsType<UnreadableStreamException>(failed.Cause).Message);
        Assert.Equal(3, host.Reader.Read("run-x").Count());
    }

    [Fact]
    public async Task WithJournal_Schema_HasTheUniqueIndexAndNoTableOfTags()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), new SampleNoted(1));
        Assert.Equal(
            ["journal", "snapshot"],
            Query(host.File, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"));
        Assert.Contains(
            Query(host.File, "SELECT sql FROM sqlite_master WHERE type = 'index'"),
            sql => sql.Contains("UNIQUE") && sql.Contains("sequence_number"));
    }

    [Fact]
    public async Task WithJournal_ComputeDispatcher_GivesAnActorItsOwnThread()
    {
        await using var host = await JournalHost.StartAsync();
        var actor = host.System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("compute-dispatcher"));
        var first = await actor.Ask<int>("?", TimeSpan.FromSeconds(20));
        Assert.Equal(first, await actor.Ask<int>("?", TimeSpan.FromSeconds(20)));
        var other = host.System.ActorOf(Props.Create(() => new ThreadTeller()).WithDispatcher("compute-dispatcher"));
        Assert.NotEqual(first, await other.Ask<int>("?", TimeSpan.FromSeconds(20)));
    }

    sealed class ThreadTeller : ReceiveActor
    {
        public ThreadTeller() => ReceiveAny(_ => Sender.Tell(Environment.CurrentManagedThreadId));
    }

    static async Task ReadyAsync(JournalHost host)
    {
        var changes = host.Kit.CreateTestProbe();
        host.System.EventStream.Subscribe(changes, typeof(JournalReadiness));
        var guard = ActorRegistry.For(host.System).Get<JournalGuard>();
        if ((await guard.Ask<JournalReadiness>(new GetJournalReadiness(), TimeSpan.FromSeconds(20))).Ready) return;
        Assert.True((await changes.ExpectMsgAsync<JournalReadiness>(TimeSpan.FromSeconds(20))).Ready);
    }

    static List<string> Query(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) if (!reader.IsDBNull(0)) values.Add(reader.GetString(0));
        return values;
    }
}
