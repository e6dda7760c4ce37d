using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class JournalReaderTests
{
    [Fact]
    public async Task Read_WhileTheWriterIsAtWork_SeesWhatWasAcknowledged()
    {
        await using var host = await JournalHost.StartAsync();
        var stream = host.Stream();
        await host.StoreAsync(stream, new SampleNoted(1));
        using var events = host.Reader.Read("run-x").GetEnumerator();
        Assert.True(events.MoveNext());

        await host.StoreAsync(stream, new SampleNoted(2));

        Assert.Equal(2, host.Reader.Head("run-x").Sequence);
        Assert.Equal(new SampleNoted(2), host.Reader.Read("run-x", after: 1).Single().Event);
    }

    [Fact]
    public async Task Read_MoreThanOneChunk_IsCompleteAndInOrder()
    {
        await using var host = await JournalHost.StartAsync();
        var facts = Enumerable.Range(1, 1000).Select(i => (IEvent)new SampleNoted(i)).ToArray();
        await host.StoreAsync(host.Stream(), facts);
        await host.StoreAsync(host.Stream("run-y"), new SampleNoted(-1));
        Assert.Equal(facts, host.Reader.Read("run-x").Select(e => e.Event));
        Assert.Equal(facts[700..], host.Reader.Read("run-x", after: 700).Select(e => e.Event));
    }

    [Fact]
    public async Task Streams_SeveralStreams_NamesEachOnce()
    {
        await using var host = await JournalHost.StartAsync();
        foreach (var id in (string[])["run-b", "run-a", "evaluators"])
            await host.StoreAsync(host.Stream(id), new SampleNoted(1), new SampleNoted(2));
        Assert.Equal(["evaluators", "run-a", "run-b"], host.Reader.Streams());
        Assert.Empty(host.Reader.Read("run-c"));
        Assert.Equal(default, host.Reader.Head("run-c"));
    }

    [Theory, OnBothStores]
    public async Task Ends_StreamThatGrowsOrIsReplaced_AreOthers(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        await host.StoreAsync(host.Stream(), new SampleNoted(1), new SampleNoted(2));
        var (first, none) = Ends();
        await host.StoreAsync(host.Stream("run-y"), new SampleNoted(1), new SampleNoted(2));
        var (same, grown) = Ends();

        Assert.Equal(2, first.Sequence);
        Assert.Equal(default, none);
        Assert.Equal(first, same);
        Assert.Equal(2, grown.Sequence);
        // Another stream of the same length under its id, as a run that was deleted and taken in again has it.
        host.Tamper("DELETE FROM journal WHERE persistence_id = 'run-x'; "
            + "UPDATE journal SET persistence_id = 'run-x' WHERE persistence_id = 'run-y'");
        var (other, _) = Ends();
        Assert.Equal(grown, other);
        Assert.NotEqual(first, other);

        (StreamEnd, StreamEnd) Ends() => host.Reader.Ends("run-x", "run-y") is [var one, var two]
            ? (one, two)
            : throw new InvalidOperationException("as many ends as streams");
    }

    [Theory, OnBothStores]
    public async Task Ends_OfMoreStreamsThanADatabaseAnswersAtOnce_AreInTheirOrder(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        await host.StoreAsync(host.Stream(), new SampleNoted(1), new SampleNoted(2));

        var ends = host.Reader.Ends(Enumerable.Range(0, 1200).Select(i => i == 700 ? "run-x" : $"run-{i}"));

        Assert.Equal(Enumerable.Range(0, 1200).Select(i => i == 700 ? 2L : 0), ends.Select(end => end.Sequence));
    }

    [Fact]
    public async Task Read_MissingEvent_NamesIt()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), Some.Step(1));
        JournalHost.Tamper(host.File, "DELETE FROM journal WHERE sequence_number = 2");
        Assert.Equal(2, Assert.Throws<BrokenChainException>(() => host.Reader.Read("run-x").Count()).Sequence);
    }

    [Theory]
    [InlineData("UPDATE journal SET message = x'c0' WHERE sequence_number = 2")]
    [InlineData("UPDATE journal SET identifier = 1 WHERE sequence_number = 2")]
    public async Task Read_RowThatIsNoStoredEvent_NamesIt(string tampering)
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), Some.Step(1));
        JournalHost.Tamper(host.File, tampering);
        Assert.Equal(2, Assert.Throws<UnreadableEventException>(() => host.Reader.Read("run-x").Count()).Sequence);
    }

    [Fact]
    public async Task Read_AfterTheWriterStopped_NeedsTheOneFileOnly()
    {
        var file = Path.Combine(Temporary.NewDirectory(), "journal.db");
        await using (var host = await JournalHost.StartAsync(file)) await host.StoreAsync(host.Stream(), new SampleNoted(1));
        Assert.Equal(["journal.db"], Directory.EnumerateFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName));
        Assert.Single(new JournalReader(JournalSettings.Sqlite(file), Some.Catalogue).Read("run-x"));
    }

    [Fact]
    public async Task Read_CopyOfAKilledWritersFiles_TakesInTheWriteAheadLog()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), new SampleNoted(1));
        var copy = Path.Combine(Temporary.NewDirectory(), "journal.db");
        File.Copy(host.File, copy);
        File.Copy(host.File + "-wal", copy + "-wal"); // and no -shm: as after a power failure
        Assert.Single(new JournalReader(JournalSettings.Sqlite(copy), Some.Catalogue).Read("run-x"));
    }

    [Fact]
    public void Read_NoFile_Throws() => Assert.Throws<StoreException>(() =>
        new JournalReader(JournalSettings.Sqlite(Path.Combine(Temporary.NewDirectory(), "journal.db")), Some.Catalogue).Streams());

    [Fact]
    public async Task Read_FromReadOnlyDirectory_NeedsNoOtherFile()
    {
        var directory = Temporary.NewDirectory();
        var file = Path.Combine(directory, "journal.db");
        await using (var host = await JournalHost.StartAsync(file)) await host.StoreAsync(host.Stream(), new SampleNoted(1));
        using var readOnly = new ReadOnlyDirectory(directory);
        Assert.Single(new JournalReader(JournalSettings.Sqlite(file), Some.Catalogue).Read("run-x"));
    }
}
