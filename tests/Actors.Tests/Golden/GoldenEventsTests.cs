using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Tests.Journal;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>Every version of every event is readable for ever, and the check of that finds what would break it.</summary>
public sealed class GoldenEventsTests
{
    static readonly Type[] s_samples =
    [
        typeof(SampleNoted), typeof(SampleMeasuredMilliseconds), typeof(SampleMeasured), typeof(MeasureInSeconds),
    ];

    [MessagePackObject, EventName("sample.noted/1")]
    public sealed record RenamedField([property: Key(0)] int Number) : IEvent;

    [MessagePackObject, EventName("sample.noted/1")]
    public sealed record OtherType([property: Key(0)] string Step) : IEvent;

    [MessagePackObject, EventName("sample.noted/1")]
    public sealed record AddedKey([property: Key(0)] int Step, [property: Key(1)] int More) : IEvent;

    [MessagePackObject, EventName("sample.unheard/1")]
    public sealed record WithoutGolden([property: Key(0)] int Step) : IEvent;

    public sealed class MeasureInMinutes : IUpcaster
    {
        public string From => "sample.measured/1";
        public string To => "sample.measured/2";
        public IEvent Upcast(IEvent old) => new SampleMeasured(((SampleMeasuredMilliseconds)old).Milliseconds / 60_000.0);
    }

    [Fact]
    public void Catalogue_EveryVersionOfEveryEvent_ReadsAsItAlwaysDid()
    {
        var golden = new GoldenEvents(typeof(RunHosting).Assembly.GetTypes(), "events", State);
        if (GoldenFolder.WritesMissing) golden.WriteMissing();
        Assert.Empty(golden.Problems());
    }

    [Fact]
    public void Samples_TwoVersionsAndAnUpcaster_ReadAsTheyAlwaysDid()
    {
        var golden = Samples(s_samples);
        if (GoldenFolder.WritesMissing) golden.WriteMissing();
        Assert.Empty(golden.Problems());
    }

    [Fact]
    public void Problems_UpcasterDropped_AreFound() =>
        Assert.Contains(
            "sample.measured.1.1-fields.json: it reads as {\"milliseconds\":",
            Assert.Single(Samples(Without(typeof(MeasureInSeconds))).Problems()));

    [Fact]
    public void Problems_UpcasterSaysSomethingElse_AreFound() =>
        Assert.Contains(
            "sample.measured.1.1-fields.json: it reads as",
            Assert.Single(Samples([.. Without(typeof(MeasureInSeconds)), typeof(MeasureInMinutes)]).Problems()));

    [Fact]
    public void Problems_EventRemoved_AreFound() =>
        Assert.Contains("logs hold sample.noted/1", Assert.Single(Samples(Without(typeof(SampleNoted))).Problems()));

    [Fact]
    public void Problems_EventWithoutGoldenFile_SayHowToWriteIt() =>
        Assert.Equal(
            $"sample.unheard/1 as it is now has no golden file samples/sample.unheard.1.1-fields.json: {GoldenFolder.HowToWrite}",
            Assert.Single(Samples([.. s_samples, typeof(WithoutGolden)]).Problems()));

    [Theory]
    [InlineData(typeof(RenamedField), "the field '0 step: Int32' is no more")]
    [InlineData(typeof(OtherType), "the field '0 step: Int32' is no more")]
    public void Problems_FieldChanged_AreFound(Type changed, string problem) =>
        Assert.Contains(
            Samples([.. Without(typeof(SampleNoted)), changed]).Problems(),
            found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Problems_KeyAdded_TheOldFileStaysGoodAndANewOneIsMissing() =>
        Assert.Contains(
            "no golden file samples/sample.noted.1.2-fields.json",
            Assert.Single(Samples([.. Without(typeof(SampleNoted)), typeof(AddedKey)]).Problems()));

    [Fact]
    public void Problems_StateChanged_AreFound() =>
        Assert.All(
            new GoldenEvents(s_samples, "samples", _ => "another").Problems(),
            problem => Assert.EndsWith("it leads to another state than it did", problem));

    static GoldenEvents Samples(Type[] types) => new(types, "samples", _ => null);

    static Type[] Without(Type type) => [.. s_samples.Where(other => other != type)];

    static string? State(IEvent fact)
    {
        try { return Run.Evolve(RunState.Empty, fact).Hash().ToString(); }
        catch (ArgumentOutOfRangeException) { return null; } // an event of the evaluation stream
    }
}
