using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class VerifiedEventsTests
{
    [Fact]
    public async Task Verified_SoundStream_HandsOnEveryEvent()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), Enumerable.Range(1, 300).Select(i => (IEvent)new SampleNoted(i)).ToArray());
        Assert.Equal(300, host.Reader.Read("run-x").Verified().Count());
    }

    [Fact]
    public async Task Verified_ForkBehindItsParent_IsOneChain()
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), Some.Step(1));
        var parent = host.Reader.Read("run-x").ToList();
        await host.StoreAsync(host.Stream("run-y"), new SampleStarted(default, parent[1].Hash), new SampleNoted(2));
        var fork = host.Reader.Read("run-y").ToList();

        Assert.Equal(4, parent.Take(2).Concat(fork).Verified().Count());
        // It left the parent after its second event, not after its third.
        Assert.Equal(("run-y", 1), Fault(parent.Concat(fork)));
    }

    [Theory]
    [InlineData("UPDATE journal SET manifest = 'sample.noted/1' WHERE sequence_number = 2", 2)]
    [InlineData(
        "UPDATE journal SET message = (SELECT message FROM journal WHERE sequence_number = 1), "
            + "manifest = (SELECT manifest FROM journal WHERE sequence_number = 1) WHERE sequence_number = 2",
        2)]
    [InlineData("DELETE FROM journal WHERE sequence_number = 1", 1)]
    public async Task Verified_AlteredStream_NamesTheFirstBadEventAfterHandingOnTheGoodOnes(string tampering, long bad)
    {
        await using var host = await JournalHost.StartAsync();
        await host.StoreAsync(host.Stream(), Some.Step(1));
        JournalHost.Tamper(host.File, tampering);

        var seen = new List<long>();
        var fault = Assert.Throws<BrokenChainException>(() =>
        {
            foreach (var read in host.Reader.Read("run-x").Verified()) seen.Add(read.Sequence);
        });

        Assert.Equal(bad, fault.Sequence);
        Assert.Equal(Enumerable.Range(1, (int)bad - 1).Select(i => (long)i), seen);
    }

    static (string, long) Fault(IEnumerable<ReadEvent> events)
    {
        var broken = Assert.Throws<BrokenChainException>(() => events.Verified().Count());
        return (broken.Stream, broken.Sequence);
    }
}
