using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Journal;

/// <summary>The first event of a sample stream: where its trajectory starts and what it is a fork of.</summary>
[MessagePackObject, EventName("sample.started/1")]
public sealed record SampleStarted([property: Key(0)] ContentHash Seed, [property: Key(1)] ContentHash Parent) : IEvent;

[MessagePackObject, EventName("sample.stepped/1", Trajectory = true)]
public sealed record SampleStepped([property: Key(0)] int Step, [property: Key(1)] byte[] Column) : IEvent;

[MessagePackObject, EventName("sample.noted/1")]
public sealed record SampleNoted([property: Key(0)] int Step) : IEvent;

/// <summary>The older version of <see cref="SampleMeasured"/>, in milliseconds.</summary>
[MessagePackObject, EventName("sample.measured/1")]
public sealed record SampleMeasuredMilliseconds([property: Key(0)] long Milliseconds) : IEvent;

[MessagePackObject, EventName("sample.measured/2")]
public sealed record SampleMeasured([property: Key(0)] double Seconds) : IEvent;

public sealed class MeasureInSeconds : IUpcaster
{
    public string From => "sample.measured/1";
    public string To => "sample.measured/2";
    public IEvent Upcast(IEvent old) => new SampleMeasured(((SampleMeasuredMilliseconds)old).Milliseconds / 1000.0);
}

/// <summary>An event that can be declared but not written: its value refuses.</summary>
[MessagePackObject, EventName("sample.refusing/1")]
public sealed record SampleRefusing : IEvent
{
    [Key(0)] public int Value => throw new InvalidOperationException("this value cannot be read");
}
