namespace ActorRlhf.Actors.Log.Events;

/// <summary>
/// A fact in an event stream: a public sealed record with an <see cref="EventNameAttribute"/> and MessagePack integer keys.
/// </summary>
/// <remarks>
/// Only facts and hashes: no text, no tensor, no per-token data. When a fact happened, who wrote it and how long it took is in
/// the <c>EventEnvelope</c>. Adding a key is allowed and gives <c>default</c> for older events, not the record's default
/// argument; any other change is a new version with an <see cref="IUpcaster"/>.
/// </remarks>
public interface IEvent;
