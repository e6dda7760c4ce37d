using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Tests.Storage;
using Akka.Actor;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class EventSourcedActorTests
{
    [Theory, OnBothStores]
    public async Task PersistEvents_OneStep_StoresLinkedEventsAndAppliesThem(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream(time: new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));

        var stored = await stream.Ask<SampleActor.Stored>(new SampleActor.Store(Some.Step(1), TimeSpan.FromSeconds(1.5), "alice"));

        var read = host.Reader.Read("run-x").ToList();
        Assert.Equal([1, 2, 3], read.Select(e => e.Sequence));
        Assert.Equal(["sample.stepped/1", "sample.stepped/1", "sample.noted/1"], read.Select(e => e.Manifest));
        Assert.Equal(new SampleNoted(1), read[2].Event);
        Assert.Equal(new StreamHead(3, read[2].Hash), stored.Head);
        Assert.Equal([1, 2, 3], stored.Applied.Select(a => a.Sequence));
        Assert.Equal(default, read[0].Stored.PreviousHash);
        Assert.Equal(read[1].Hash, read[2].Stored.PreviousHash);
        var expected = new EventEnvelope(
            new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero), 1.5, Environment.MachineName, Environment.ProcessId, 1, "alice");
        Assert.All(read, e => Assert.Equal(expected, e.Envelope));
        Assert.Null(host.Reader.VerifyChain("run-x", known: stored.Head));
    }

    [Theory, OnBothStores]
    public async Task PersistEvents_NoEvents_AcknowledgesAtOnce(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        Assert.Equal(0, (await host.StoreAsync(host.Stream())).Head.Sequence);
    }

    [Theory, OnBothStores]
    public async Task Recovery_SecondHost_HoldsTheSameStateAndWritesOn(StoreKind kind)
    {
        SampleActor.Stored before;
        string directory;
        await using (var first = await JournalHost.StartAsync(kind))
        {
            directory = first.Directory;
            var stream = first.Stream();
            await first.StoreAsync(stream, Some.Step(1));
            before = await first.StoreAsync(stream, new SampleNoted(7));
        }
        await using var second = await JournalHost.StartAsync(kind, directory);
        var recovered = second.Stream();

        var after = await JournalHost.LookAsync(recovered);
        var next = await second.StoreAsync(recovered, new SampleNoted(8));

        Assert.Equal(before.Head, after.Head);
        Assert.Equal(before.Trajectory, after.Trajectory);
        Assert.Equal(before.Applied.Select(a => Some.Catalogue.Encode(a.Fact)), after.Applied.Select(a => Some.Catalogue.Encode(a.Fact)));
        Assert.Equal((1, 2), (before.Epoch, after.Epoch));
        Assert.Equal(5, next.Head.Sequence);
        Assert.Equal([1, 1, 1, 1, 2], second.Reader.Read("run-x").Select(e => e.Envelope.WriterEpoch));
        Assert.Null(second.Reader.VerifyChain("run-x", known: next.Head));
    }

    [Theory, OnBothStores]
    public async Task Recovery_OnlyLookedAt_LeavesTheEpoch(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var writer = host.Stream();
        await host.StoreAsync(writer, new SampleNoted(1));
        await writer.GracefulStop(TimeSpan.FromSeconds(20));
        var looker = host.Stream();
        Assert.Equal(2, (await JournalHost.LookAsync(looker)).Epoch);
        await looker.GracefulStop(TimeSpan.FromSeconds(20));
        Assert.Equal(2, (await JournalHost.LookAsync(host.Stream())).Epoch);
    }

    [Theory, OnBothStores]
    public async Task Recovery_ForkedStream_StartsAtTheParentsHash(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var parent = ContentHash.Of([1]);
        await host.StoreAsync(host.Stream("run-fork"), new SampleStarted(ContentHash.Of([2]), parent), new SampleNoted(1));

        var again = await JournalHost.LookAsync(host.Stream("run-fork"));

        Assert.Equal(2, again.Head.Sequence);
        Assert.Equal(parent, host.Reader.Read("run-fork").First().Stored.PreviousHash);
        Assert.Null(host.Reader.VerifyChain("run-fork", origin: parent));
        Assert.Equal(1, host.Reader.VerifyChain("run-fork")!.Sequence);
    }

    [Theory, OnBothStores]
    public async Task Trajectory_SamePayloadsInOtherCircumstances_IsEqual(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var seed = new SampleStarted(ContentHash.Of([2]), default);
        var calm = host.Stream("run-calm", new FakeTimeProvider());
        await host.StoreAsync(calm, [seed, .. Some.Step(1), .. Some.Step(2)]);
        var busy = host.Stream("run-busy");
        await host.StoreAsync(busy, seed, new SampleNoted(9));
        await host.StoreAsync(busy, Some.Step(1));
        await busy.GracefulStop(TimeSpan.FromSeconds(20));
        busy = host.Stream("run-busy");
        await host.StoreAsync(busy, new SampleNoted(10));
        await host.StoreAsync(busy, Some.Step(2));

        var (one, other) = (await JournalHost.LookAsync(calm), await JournalHost.LookAsync(busy));
        var third = await host.StoreAsync(busy, Some.Step(3));

        Assert.Equal(one.Trajectory, other.Trajectory);
        Assert.NotEqual(one.Head.Hash, other.Head.Hash);
        Assert.NotEqual(other.Trajectory, third.Trajectory);
    }

    [Theory, OnBothStores]
    public async Task Trajectory_OtherSeed_Differs(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var one = await host.StoreAsync(host.Stream("run-a"), [new SampleStarted(ContentHash.Of([1]), default), .. Some.Step(1)]);
        var other = await host.StoreAsync(host.Stream("run-b"), [new SampleStarted(ContentHash.Of([2]), default), .. Some.Step(1)]);
        Assert.NotEqual(one.Trajectory, other.Trajectory);
    }

    [Theory]
    [InlineData(
        "UPDATE journal SET message = CAST(substr(message, 1, 60) || x'5a' || substr(message, 62) AS BLOB) WHERE sequence_number = 2",
        2, StoreKind.Sqlite)]
    [OnBothStores("DELETE FROM journal WHERE sequence_number = 2", 2)]
    [OnBothStores("UPDATE journal SET deleted = TRUE WHERE sequence_number = 4", 4)]
    [OnBothStores("UPDATE journal SET persistence_id = 'run-y'", 1)]
    public async Task Recovery_AlteredStream_FailsAndNamesTheFirstBadEvent(string tampering, long firstBad, StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        await host.StoreAsync(stream, [.. Some.Step(1), new SampleNoted(2)]);
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        Assert.NotEqual(0, host.Tamper(tampering));

        host.Stream(tampering.Contains("run-y") ? "run-y" : "run-x");

        var failed = await host.Kit.ExpectMsgAsync<StreamRecoveryFailed>(TimeSpan.FromSeconds(20));
        Assert.Equal(firstBad, Assert.IsType<BrokenChainException>(failed.Cause).Sequence);
    }

    [Theory, OnBothStores]
    public async Task Recovery_UnknownManifest_FailsAndNamesStreamSequenceAndManifest(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        await host.StoreAsync(stream, Some.Step(1));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));

        host.Stream(catalogue: new EventCatalogue([typeof(SampleStepped)]));

        var failed = await host.Kit.ExpectMsgAsync<StreamRecoveryFailed>(TimeSpan.FromSeconds(20));
        var unknown = Assert.IsType<UnknownEventException>(failed.Cause);
        Assert.Equal(("run-x", 3, "sample.noted/1"), (unknown.Stream, unknown.Sequence, unknown.Manifest));
    }

    [Theory, OnBothStores]
    public async Task Recovery_MessageThatIsNoStoredEvent_FailsAndStops(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        await host.StoreAsync(stream, Some.Step(1));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        host.Tamper($"UPDATE journal SET message = {Vandal.Bytes(host.Settings.Database, [0xC0])} WHERE sequence_number = 2");

        host.Stream();

        Assert.Equal("run-x", (await host.Kit.ExpectMsgAsync<StreamRecoveryFailed>(TimeSpan.FromSeconds(20))).Stream);
    }

    [Theory, OnBothStores]
    public async Task Recovery_LastEnvelopeCannotBeRead_FailsAndNamesTheEvent(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        await host.StoreAsync(stream, Some.Step(1));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        var last = host.Reader.Last("run-x")!;
        byte[] envelope = [0xC1]; // a byte that MessagePack never uses
        var hash = EventChain.Hash("run-x", 3, last.Manifest, envelope, last.Stored.Payload, last.Stored.PreviousHash);
        var sealedAnew = last.Stored with { Envelope = envelope, Hash = hash };
        host.Tamper(
            $"UPDATE journal SET message = {Vandal.Bytes(host.Settings.Database, sealedAnew.ToBytes())} WHERE sequence_number = 3");

        host.Stream();

        var failed = await host.Kit.ExpectMsgAsync<StreamRecoveryFailed>(TimeSpan.FromSeconds(20));
        var unreadable = Assert.IsType<UnreadableEventException>(failed.Cause);
        Assert.Equal(("run-x", 3, "sample.noted/1"), (unreadable.Stream, unreadable.Sequence, unreadable.Manifest));
        Assert.EndsWith("Restore the journal from a backup", unreadable.Message, StringComparison.Ordinal);
    }

    [Theory, OnBothStores]
    public async Task Recovery_OlderVersion_IsUpcast(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        var live = await host.StoreAsync(stream, new SampleMeasuredMilliseconds(1500));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));

        var replayed = await JournalHost.LookAsync(host.Stream());

        Assert.Equal([(1, new SampleMeasured(1.5))], replayed.Applied);
        Assert.Equal(replayed.Applied, live.Applied);
        Assert.Equal("sample.measured/1", host.Reader.Read("run-x").Single().Manifest);
    }

    [Theory]
    [OnBothStores(@"'\x00ff'", "", 0)]
    [OnBothStores("(SELECT message FROM journal WHERE sequence_number = 2)", "sample.stepped/1", 7001)]
    [OnBothStores("(SELECT snapshot FROM snapshot WHERE persistence_id = 'journal-guard')", "journal.heartbeat/1", 7001)]
    public async Task Recovery_SomebodyPlantedASnapshot_ComesFromTheEventsAlone(
        string snapshot, string manifest, int serializer, StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        var before = await host.StoreAsync(stream, [new SampleStarted(ContentHash.Of([2]), default), .. Some.Step(1)]);
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        Assert.Equal(1, host.Tamper(
            "INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) "
                + $"VALUES ('run-x', 1000, 1, {snapshot}, '{manifest}', {serializer})"));
        var again = host.Stream();

        var after = await JournalHost.LookAsync(again);
        var next = await host.StoreAsync(again, new SampleNoted(8));

        Assert.Equal((before.Head, before.Trajectory), (after.Head, after.Trajectory));
        Assert.Equal(before.Applied.Select(a => Some.Catalogue.Encode(a.Fact)), after.Applied.Select(a => Some.Catalogue.Encode(a.Fact)));
        Assert.Equal(before.Head.Sequence + 1, next.Head.Sequence);
    }

    [Theory, OnBothStores]
    public async Task PersistEvents_DatabaseFails_TellsTheSenderAndStops(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var stream = host.Stream();
        await host.StoreAsync(stream, new SampleNoted(1));
        host.Tamper("ALTER TABLE journal RENAME TO elsewhere");

        var failed = await FailAsync(host, stream, new SampleNoted(2));

        Assert.Equal(("run-x", 2), (failed.Stream, failed.Sequence));
        Assert.Contains(kind is StoreKind.Sqlite ? "no such table" : "does not exist", failed.Reason);
    }

    [Fact]
    public async Task PersistEvents_JournalDoesNotAnswer_TellsTheSenderAndStops()
    {
        var settings = JournalSettings.Sqlite(Path.Combine(Temporary.NewDirectory(), "journal.db")) with
        {
            WriteDeadline = TimeSpan.FromMilliseconds(200),
        };
        await using var host = await JournalHost.StartAsync(settings);
        var stream = host.Stream();
        await host.StoreAsync(stream, new SampleNoted(1));
        using var other = new SqliteConnection(settings.Database.ConnectionString + ";Pooling=False");
        other.Open();
        using var held = other.BeginTransaction(deferred: false);

        var failed = await FailAsync(host, stream, new SampleNoted(2));

        Assert.Equal(2, failed.Sequence);
    }

    [Theory, OnBothStores]
    public async Task PersistEvents_JournalRejectsSomethingForeign_TellsTheSenderStoresNothingAndStops(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);

        var failed = await FailAsync(host, host.Stream(), new SampleActor.StoreForeign());

        Assert.Equal(1, failed.Sequence);
        Assert.Contains("serializ", failed.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(host.Reader.Read("run-x"));
    }

    [Theory, OnBothStores]
    public async Task PersistEvents_EventCannotBeSerialised_TellsTheSenderStoresNothingAndStops(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);

        var failed = await FailAsync(host, host.Stream(), new SampleNoted(1), new SampleRefusing());

        Assert.Contains("this value cannot be read", failed.Reason);
        Assert.Empty(host.Reader.Read("run-x"));
    }

    [Theory, OnBothStores]
    public async Task PersistEvents_SecondWriterOfOneStream_FailsAndDiscardsNothing(StoreKind kind)
    {
        await using var one = await JournalHost.StartAsync(kind);
        await using var other = await JournalHost.StartAsync(one.Settings);
        var (winner, stale) = (one.Stream(), other.Stream());
        await JournalHost.LookAsync(stale);
        await one.StoreAsync(winner, new SampleNoted(1));
        var before = await one.StoreAsync(winner, new SampleNoted(2));

        var failed = await FailAsync(other, stale, new SampleNoted(99));

        Assert.Contains("unique", failed.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([new SampleNoted(1), new SampleNoted(2)], one.Reader.Read("run-x").Select(e => (SampleNoted)e.Event));
        Assert.Null(one.Reader.VerifyChain("run-x", known: before.Head));
        Assert.Equal(3, (await one.StoreAsync(winner, new SampleNoted(3))).Head.Sequence);
    }

    static Task<PersistFailed> FailAsync(JournalHost host, IActorRef stream, params IEvent[] events) =>
        FailAsync(host, stream, new SampleActor.Store(events));

    static async Task<PersistFailed> FailAsync(JournalHost host, IActorRef stream, object command)
    {
        await JournalHost.LookAsync(stream);
        var actor = await host.System.ActorSelection(stream.Path / "stream").ResolveOne(TimeSpan.FromSeconds(20));
        await host.Kit.WatchAsync(actor);
        var failed = await stream.Ask<PersistFailed>(command, TimeSpan.FromSeconds(20));
        await host.Kit.ExpectTerminatedAsync(actor, TimeSpan.FromSeconds(20));
        return failed;
    }
}
