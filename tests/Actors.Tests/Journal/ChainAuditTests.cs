using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using Microsoft.Data.Sqlite;

namespace ActorRlhf.Actors.Tests.Journal;

/// <summary>One stream of ten events on a real journal; each test damages a copy.</summary>
public sealed class ChainAuditTests : IClassFixture<ChainAuditTests.TenEvents>
{
    const int Events = 10;
    readonly string _copy = Path.Combine(Temporary.NewDirectory(), "journal.db");
    readonly TenEvents _original;

    public ChainAuditTests(TenEvents original)
    {
        _original = original;
        File.Copy(original.File, _copy);
    }

    public sealed class TenEvents : IAsyncLifetime
    {
        public string File { get; } = Path.Combine(Temporary.NewDirectory(), "journal.db");
        public StreamHead Head { get; private set; }

        public async Task InitializeAsync()
        {
            await using var host = await JournalHost.StartAsync(File);
            IEvent[] events = [.. Enumerable.Range(1, Events).Select(i => new SampleStepped(i, new byte[i]))];
            Head = (await host.StoreAsync(host.Stream(), events)).Head;
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }

    public static TheoryData<int> AnyPlace => new(Enumerable.Range(1, Events));
    public static TheoryData<int> AnyPlaceButTheLast => new(Enumerable.Range(1, Events - 1));

    [Fact]
    public void VerifyChain_Untouched_Holds() => Assert.Null(Reader.VerifyChain("run-x", known: _original.Head));

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_ByteOfAMessageFlipped_IsAltered(int place)
    {
        var message = (byte[])Query($"SELECT message FROM journal WHERE sequence_number = {place}")!;
        // Over the ten places every thirteenth byte from another start: all fields are met.
        for (var i = place; i < message.Length; i += 13)
        {
            message[i] ^= 0x40;
            SetMessage(place, message);
            Assert.Equal((place, ChainFaultKind.Altered), Found());
            message[i] ^= 0x40;
        }
        SetMessage(place, message);
        Assert.Null(Reader.VerifyChain("run-x"));
    }

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_OtherManifest_IsAltered(int place)
    {
        Run($"UPDATE journal SET manifest = 'sample.stepped/2' WHERE sequence_number = {place}");
        Assert.Equal((place, ChainFaultKind.Altered), Found());
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_ReplacedByAnEventWithItsOwnHash_IsAltered(int place)
    {
        SetMessage(place, Forge(place, Previous(place)).ToBytes());
        Assert.Equal((place, ChainFaultKind.Altered), Found());
    }

    [Fact]
    public void VerifyChain_LastReplacedByAnEventWithItsOwnHash_IsFoundByTheKnownHead()
    {
        SetMessage(Events, Forge(Events, Previous(Events)).ToBytes());
        Assert.Equal((Events, ChainFaultKind.Altered), Found(_original.Head));
        Assert.Null(Reader.VerifyChain("run-x"));
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_OverwrittenByACopyOfAnother_IsAltered(int place)
    {
        Run("UPDATE journal SET message = "
            + $"(SELECT message FROM journal WHERE sequence_number = {(place + 3) % Events + 1}) WHERE sequence_number = {place}");
        Assert.Equal((place, ChainFaultKind.Altered), Found());
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_Deleted_IsMissing(int place)
    {
        Run($"DELETE FROM journal WHERE sequence_number = {place}");
        Assert.Equal((place, ChainFaultKind.Missing), Found());
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_DeletedAndTheRestNumberedAnew_IsMissing(int place)
    {
        Run($"DELETE FROM journal WHERE sequence_number = {place}");
        Run($"UPDATE journal SET sequence_number = -sequence_number + 1 WHERE sequence_number > {place}");
        Run("UPDATE journal SET sequence_number = -sequence_number WHERE sequence_number < 0");
        Assert.Equal((place, ChainFaultKind.Missing), Found());
    }

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_GarbageInserted_IsInserted(int place)
    {
        Insert(place, [1, 2, 3]);
        Assert.Equal((place, ChainFaultKind.Inserted), Found());
    }

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_ForgedEventInserted_IsInserted(int place)
    {
        Insert(place, Forge(place, Previous(place)).ToBytes());
        Assert.Equal((place, ChainFaultKind.Inserted), Found());
    }

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_CopyOfAnotherInserted_IsInserted(int place)
    {
        var message = (byte[])Query($"SELECT message FROM journal WHERE sequence_number = {(place + 3) % Events + 1}")!;
        Insert(place, message);
        Assert.Equal((place, ChainFaultKind.Inserted), Found());
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_SwappedWithAnyLaterOne_IsReordered(int place)
    {
        for (var other = place + 1; other <= Events; other++)
        {
            Swap(place, other);
            Assert.Equal((place, ChainFaultKind.Reordered), Found());
            Swap(place, other);
        }
    }

    [Theory, MemberData(nameof(AnyPlaceButTheLast))]
    public void VerifyChain_MovedToTheEnd_IsReordered(int place)
    {
        Run($"UPDATE journal SET sequence_number = 1000 WHERE sequence_number = {place}");
        Run($"UPDATE journal SET sequence_number = -sequence_number + 1 WHERE sequence_number BETWEEN {place} AND {Events}");
        Run("UPDATE journal SET sequence_number = -sequence_number WHERE sequence_number < 0");
        Run($"UPDATE journal SET sequence_number = {Events} WHERE sequence_number = 1000");
        Assert.Equal((place, ChainFaultKind.Reordered), Found());
    }

    [Fact]
    public void VerifyChain_LastSequenceNumberBecameHuge_FaultBeforeItIsStillExplained()
    {
        Run("UPDATE journal SET sequence_number = 1099511627776 WHERE sequence_number = 10");
        Run("UPDATE journal SET message = (SELECT message FROM journal WHERE sequence_number = 5) WHERE sequence_number IN (3, 4)");
        Assert.Equal((3, ChainFaultKind.Altered), Found());
    }

    [Theory, MemberData(nameof(AnyPlace))]
    public void VerifyChain_TailCutOff_IsTruncatedAgainstAKnownHead(int place)
    {
        Run($"DELETE FROM journal WHERE sequence_number >= {place}");
        Assert.Equal((place, ChainFaultKind.Truncated), Found(_original.Head));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    public void VerifyChain_RowBeforeTheFirst_IsInserted(int sequence)
    {
        Run("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) "
            + $"SELECT created, deleted, persistence_id, {sequence}, message, manifest, identifier FROM journal WHERE sequence_number = 5");
        Assert.Equal((sequence, ChainFaultKind.Inserted), Found());
    }

    [Fact]
    public void VerifyChain_TwoRowsWithOneNumber_IsInserted()
    {
        Run("DROP INDEX journal_uq");
        Run("INSERT INTO journal "
            + "(created, deleted, persistence_id, sequence_number, message, manifest, identifier, tags, writer_uuid) "
            + "SELECT created, deleted, persistence_id, sequence_number, message, manifest, identifier, tags, writer_uuid "
            + "FROM journal WHERE sequence_number = 4");
        Assert.Equal((4, ChainFaultKind.Inserted), Found());
    }

    [Fact]
    public void VerifyChain_DamagedDatabasePage_IsAltered()
    {
        // The header of the page that holds the table's rows; a page of another type cannot be a part of it.
        var page = (long)Query("SELECT rootpage FROM sqlite_master WHERE name = 'journal'")!;
        using (var file = File.OpenWrite(_copy))
        {
            file.Position = (page - 1) * 4096;
            file.Write([0xff, 0xff, 0xff, 0xff]);
        }
        Assert.Equal((1, ChainFaultKind.Altered), Found());
    }

    [Fact]
    public void VerifyChain_NoDatabase_ThrowsInsteadOfBlamingTheStream()
    {
        var nowhere = JournalSettings.Sqlite(Path.Combine(Temporary.NewDirectory(), "journal.db"));
        Assert.Throws<StoreException>(() => new JournalReader(nowhere, Some.Catalogue).VerifyChain("run-x"));
    }

    JournalReader Reader => new(JournalSettings.Sqlite(_copy), Some.Catalogue);

    (int, ChainFaultKind) Found(StreamHead? known = null)
    {
        var fault = Reader.VerifyChain("run-x", known: known);
        Assert.NotNull(fault);
        Assert.Equal("run-x", fault.Stream);
        return ((int)fault.Sequence, fault.Kind);
    }

    ContentHash Previous(int place) => place == 1 ? default : Reader.Read("run-x", place - 2).First().Hash;

    static StoredEvent Forge(int place, ContentHash previous)
    {
        byte[] envelope = [0x90], payload = [0x92, 99, 0xc4, 0];
        return new StoredEvent(
            "sample.stepped/1", envelope, payload, previous,
            EventChain.Hash("run-x", place, "sample.stepped/1", envelope, payload, previous));
    }

    void Insert(int place, byte[] message)
    {
        Run($"UPDATE journal SET sequence_number = -sequence_number - 1 WHERE sequence_number >= {place}");
        Run("UPDATE journal SET sequence_number = -sequence_number WHERE sequence_number < 0");
        Run("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) "
            + $"VALUES (0, 0, 'run-x', {place}, x'{Convert.ToHexString(message)}', 'sample.stepped/1', 7001)");
    }

    void Swap(int one, int other)
    {
        Run($"UPDATE journal SET sequence_number = -1 WHERE sequence_number = {one}");
        Run($"UPDATE journal SET sequence_number = {one} WHERE sequence_number = {other}");
        Run($"UPDATE journal SET sequence_number = {other} WHERE sequence_number = -1");
    }

    void SetMessage(int place, byte[] message) =>
        Run($"UPDATE journal SET message = x'{Convert.ToHexString(message)}' WHERE sequence_number = {place}");

    void Run(string sql) => JournalHost.Tamper(_copy, sql);

    object? Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_copy};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
