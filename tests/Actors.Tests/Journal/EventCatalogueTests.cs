using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class EventCatalogueTests
{
    [MessagePackObject, EventName("sample.noted/1")]
    public sealed record SameName([property: Key(0)] int Step) : IEvent;

    [MessagePackObject]
    public sealed record Nameless([property: Key(0)] int Step) : IEvent;

    [MessagePackObject, EventName("Sample.Noted")]
    public sealed record NoVersion([property: Key(0)] int Step) : IEvent;

    [EventName("sample.no-keys/1")]
    public sealed record NoKeys(int Step) : IEvent;

    [MessagePackObject(keyAsPropertyName: true), EventName("sample.text-keys/1")]
    public sealed record TextKeys(int Step) : IEvent;

    [MessagePackObject, EventName("sample.key-forgotten/1")]
    public sealed record KeyForgotten([property: Key(0)] int Step, int Other) : IEvent;

    public sealed class UpcastToNowhere : IUpcaster
    {
        public string From => "sample.noted/1";
        public string To => "sample.noted/2";
        public IEvent Upcast(IEvent old) => old;
    }

    public sealed class UpcastBack : IUpcaster
    {
        public string From => "sample.measured/2";
        public string To => "sample.measured/1";
        public IEvent Upcast(IEvent old) => old;
    }

    [Fact]
    public void Encode_Event_DecodesToAnEqualOne()
    {
        var fact = new SampleStarted(ContentHash.Of([1]), ContentHash.Of([2]));
        Assert.Equal("sample.started/1", Some.Catalogue.ManifestOf(fact));
        Assert.Equal(fact, Some.Catalogue.Decode("run-x", 1, "sample.started/1", Some.Catalogue.Encode(fact)));
    }

    // Golden bytes: array of one int (fixarray 0x91, 7); they must decode for ever.
    [Fact]
    public void Decode_GoldenBytes_GivesTheEvent() =>
        Assert.Equal(new SampleNoted(7), Some.Catalogue.Decode("run-x", 1, "sample.noted/1", new byte[] { 0x91, 7 }));

    [Fact]
    public void Decode_NewerWriterAddedAKey_IsReadWithoutIt() =>
        Assert.Equal(new SampleNoted(7), Some.Catalogue.Decode("run-x", 1, "sample.noted/1", new byte[] { 0x92, 7, 8 }));

    [Fact]
    public void Decode_OlderVersion_IsUpcast() =>
        Assert.Equal(
            new SampleMeasured(0.5),
            Some.Catalogue.Decode("run-x", 1, "sample.measured/1", new byte[] { 0x91, 0xcd, 0x01, 0xf4 }));

    [Fact]
    public void Decode_UnknownManifest_NamesStreamSequenceAndManifest()
    {
        var unknown = Assert.Throws<UnknownEventException>(() =>
            Some.Catalogue.Decode("run-x", 5, "sample.unheard/3", new byte[] { 0x90 }));
        Assert.Equal(("run-x", 5, "sample.unheard/3"), (unknown.Stream, unknown.Sequence, unknown.Manifest));
        Assert.Contains("sample.unheard/3", unknown.Message);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xc0 })]
    [InlineData(new byte[] { 0x91 })]
    [InlineData(new byte[] { 0x91, 0xa1, 0x41 })]
    [InlineData(new byte[] { 0x81, 0xa4, 0x53, 0x74, 0x65, 0x70, 7 })] // {"Step":7}: a map by name
    [InlineData(new byte[] { 0x91, 7, 0 })] // something follows
    public void Decode_DamagedPayload_NamesStreamAndSequence(byte[] payload)
    {
        var unreadable = Assert.Throws<UnreadableEventException>(() => Some.Catalogue.Decode("run-x", 5, "sample.noted/1", payload));
        Assert.Equal(("run-x", 5), (unreadable.Stream, unreadable.Sequence));
    }

    [Fact]
    public void Decode_DeepNestingInAKeyNobodyReads_DoesNotOverflowTheStack()
    {
        byte[] deep = [0x92, 7, .. Enumerable.Repeat((byte)0x91, 1_000_000), 0];
        Assert.Equal(new SampleNoted(7), Some.Catalogue.Decode("run-x", 1, "sample.noted/1", deep));
    }

    [Theory]
    [InlineData(typeof(SameName), "which ActorRlhf.Actors.Tests.Journal.SampleNoted has too")]
    [InlineData(typeof(Nameless), "without [EventName")]
    [InlineData(typeof(NoVersion), "'Sample.Noted'")]
    [InlineData(typeof(NoKeys), "integer [Key]")]
    [InlineData(typeof(TextKeys), "integer [Key]")]
    [InlineData(typeof(KeyForgotten), "cannot be serialised")]
    [InlineData(typeof(UpcastToNowhere), "sample.noted/2")]
    public void Constructor_WrongDeclaration_NamesTheType(Type type, string problem)
    {
        var wrong = Assert.Throws<EventDeclarationException>(() => new EventCatalogue([typeof(SampleNoted), type]));
        Assert.Equal(type, wrong.Type);
        Assert.Contains(problem, wrong.Message);
    }

    [Fact]
    public void Constructor_UpcastersInACircle_Throws() => Assert.Throws<EventDeclarationException>(() =>
        new EventCatalogue([typeof(SampleMeasuredMilliseconds), typeof(SampleMeasured), typeof(MeasureInSeconds), typeof(UpcastBack)]));

    [Fact]
    public void Encode_EventOutsideTheCatalogue_Throws() =>
        Assert.Throws<EventDeclarationException>(() => Some.Catalogue.Encode(new Nameless(1)));

    [Fact]
    public void IsTrajectory_ByAttribute()
    {
        Assert.True(Some.Catalogue.IsTrajectory("sample.stepped/1"));
        Assert.False(Some.Catalogue.IsTrajectory("sample.noted/1"));
    }

    [Fact]
    public void Of_ThisProductsAssembly_HasNoWrongDeclaration() =>
        Assert.NotNull(EventCatalogue.Of(typeof(EventCatalogue).Assembly).Manifests);
}
