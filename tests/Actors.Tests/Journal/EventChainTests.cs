using System.Text;
using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class EventChainTests
{
    static readonly ContentHash s_previous = ContentHash.Of("previous"u8);

    // The documented bytes, written out by hand: length, field, length, field …
    [Fact]
    public void Hash_OneEvent_IsTheSha256OfTheDocumentedBytes()
    {
        var bytes = new List<byte>();
        foreach (var field in (byte[][])[
            Encoding.ASCII.GetBytes("actorrlhf/1"), Encoding.UTF8.GetBytes("run-ü"), [0x02, 0x01, 0, 0, 0, 0, 0, 0],
            Encoding.ASCII.GetBytes("a.b/1"), [9, 8], [], s_previous.ToBytes()])
        {
            bytes.AddRange([(byte)field.Length, 0, 0, 0, 0, 0, 0, 0]);
            bytes.AddRange(field);
        }
        Assert.Equal(ContentHash.Of([.. bytes]), EventChain.Hash("run-ü", 0x0102, "a.b/1", [9, 8], [], s_previous));
    }

    // Computed once with Python's hashlib over the same bytes: the format must not drift.
    [Fact]
    public void Hash_GoldenEvent_NeverChanges() =>
        Assert.Equal(
            "90958bf8bc21bcc9ced447ce5543adc43c5c9f4cfa2de82eb49635f2b8dd1658",
            EventChain.Hash("run-x", 1, "sample.noted/1", [1, 2], [3], default).ToString());

    [Fact]
    public void Hash_AnyFieldChanged_Differs()
    {
        ContentHash[] hashes =
        [
            EventChain.Hash("run-x", 1, "a/1", [1], [2], default), EventChain.Hash("run-y", 1, "a/1", [1], [2], default),
            EventChain.Hash("run-x", 2, "a/1", [1], [2], default), EventChain.Hash("run-x", 1, "a/2", [1], [2], default),
            EventChain.Hash("run-x", 1, "a/1", [1, 2], [], default), EventChain.Hash("run-x", 1, "a/1", [], [1, 2], default),
            EventChain.Hash("run-x", 1, "a/1", [1], [2], s_previous),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void StreamHead_Text_RoundTrips()
    {
        var head = new StreamHead(42, s_previous);
        Assert.Equal($"42:{s_previous}", head.ToString());
        Assert.Equal(head, StreamHead.Parse(head.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42:abc")]
    [InlineData(":ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("-1:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void StreamHead_AnythingElse_Throws(string text) => Assert.Throws<FormatException>(() => StreamHead.Parse(text));

    [Fact]
    public void StoredEvent_Bytes_RoundTripAsAnArrayOfFourBins()
    {
        var stored = new StoredEvent("a/1", [1, 2], [3], s_previous, ContentHash.Of([4]));
        var bytes = stored.ToBytes();
        Assert.Equal([0x94, 0xc4, 2, 1, 2, 0xc4, 1, 3, 0xc4, 32], bytes[..10]);
        var parsed = StoredEvent.Parse("a/1", bytes);
        Assert.Equal((stored.PreviousHash, stored.Hash), (parsed.PreviousHash, parsed.Hash));
        Assert.Equal(stored.Envelope, parsed.Envelope);
        Assert.Equal(stored.Payload, parsed.Payload);
    }

    [Fact]
    public void StoredEvent_AnyTruncationOrExtraByte_IsRefused()
    {
        var bytes = new StoredEvent("a/1", [1, 2], [3], s_previous, s_previous).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Throws<MessagePackSerializationException>(() => StoredEvent.Parse("a/1", bytes.AsMemory(0, length)));
        Assert.Throws<MessagePackSerializationException>(() => StoredEvent.Parse("a/1", (byte[])[.. bytes, 0]));
    }

    [Fact]
    public void TrajectoryDigest_Order_Matters()
    {
        var start = new TrajectoryDigest(s_previous);
        Assert.NotEqual(start.Add("a/1", [1]).Add("b/1", [2]), start.Add("b/1", [2]).Add("a/1", [1]));
        Assert.NotEqual(start.Add("a/1", [1]), new TrajectoryDigest(default).Add("a/1", [1]));
    }
}
