using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Artefacts;

public sealed class ContentHashTests
{
    // FIPS 180-4, the one-block example "abc".
    const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Of_KnownText_GivesItsSha256() => Assert.Equal(Abc, ContentHash.Of("abc"u8).ToString());

    [Fact]
    public void Parse_Text_RoundTrips()
    {
        var hash = ContentHash.Parse(Abc);
        Assert.Equal(ContentHash.Of("abc"u8), hash);
        Assert.Equal(hash, new ContentHash(hash.ToBytes()));
        Assert.Equal(0xba, hash.ToBytes()[0]);
        Assert.NotEqual(hash, default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("za7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Parse_AnythingElse_Throws(string text) => Assert.Throws<FormatException>(() => ContentHash.Parse(text));

    [Fact]
    public void MessagePack_RoundTrip_IsABinOf32Bytes()
    {
        var bytes = MessagePackSerializer.Serialize(ContentHash.Of("abc"u8));
        Assert.Equal([0xc4, 32], bytes[..2]);
        Assert.Equal(34, bytes.Length);
        Assert.Equal(ContentHash.Parse(Abc), MessagePackSerializer.Deserialize<ContentHash>(bytes));
        bytes[1] = 31;
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<ContentHash>(bytes[..33]));
    }

    [Fact]
    public void Json_RoundTrip_IsAString()
    {
        Assert.Equal($"\"{Abc}\"", JsonSerializer.Serialize(ContentHash.Of("abc"u8)));
        Assert.Equal(ContentHash.Of("abc"u8), JsonSerializer.Deserialize<ContentHash>($"\"{Abc}\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ContentHash>("\"abc\""));
    }
}
