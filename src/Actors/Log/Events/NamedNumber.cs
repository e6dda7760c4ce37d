using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>A name and a number.</summary>
/// <param name="Name">Metric name.</param>
/// <param name="Value">Its value.</param>
[MessagePackObject]
public sealed record NamedNumber([property: Key(0)] string Name, [property: Key(1)] double Value);
