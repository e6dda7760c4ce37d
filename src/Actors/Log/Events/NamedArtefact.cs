using ActorRlhf.Actors.Log.Chain;
using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>A name and the artefact it stands for.</summary>
/// <param name="Name">What the artefact is.</param>
/// <param name="Hash">Its SHA-256.</param>
[MessagePackObject]
public sealed record NamedArtefact([property: Key(0)] string Name, [property: Key(1)] ContentHash Hash);
