using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Tests.Journal;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Storage;

public sealed class StoreTransactionTests
{
    [Theory, OnBothStores]
    public async Task Append_BetweenTwoWritersOfOneProcess_KeepsTheStreamReadableForTheNext(StoreKind kind)
    {
        await using var host = await JournalHost.StartAsync(kind);
        var before = await StoreAsync(host, 1);
        var envelope = new EventEnvelope(DateTimeOffset.UnixEpoch, null, "here", 1, 2, "alice");
        var noted = Some.Catalogue.Seal("run-x", before.Head, new SampleNoted(2), envelope);
        using (var transaction = new StoreTransaction(host.Settings.Database, TimeProvider.System))
        {
            transaction.Append("run-x", new JournalRow(0, 2, noted.Manifest, JournalRow.SerializerId, noted.ToBytes()));
            transaction.Commit();
        }
        await StoreAsync(host, 3);

        var last = await StoreAsync(host, 4);

        Assert.Equal(4, last.Head.Sequence);
        Assert.Null(host.Reader.VerifyChain("run-x", known: last.Head));
    }

    /// <summary>Stores an event by an actor that recovers first and stops then.</summary>
    static async Task<SampleActor.Stored> StoreAsync(JournalHost host, int number)
    {
        var stream = host.Stream();
        var stored = await host.StoreAsync(stream, new SampleNoted(number));
        await stream.GracefulStop(TimeSpan.FromSeconds(20));
        return stored;
    }
}
