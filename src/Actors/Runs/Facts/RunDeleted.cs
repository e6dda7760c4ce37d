using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>A run was deleted with both of its streams; who did it and when is in the envelope.</summary>
/// <param name="Run">Its id, which is not used again.</param>
/// <param name="Head">Last event of its training stream; its hash is zero if its log was damaged.</param>
/// <param name="Trajectory">Digest of what had made its weights; zero if its log was damaged.</param>
/// <param name="Reason">Why.</param>
[EventName("run.deleted/1"), MessagePackObject]
public sealed record RunDeleted(
    [property: Key(0)] string Run, [property: Key(1)] StreamHead Head,
    [property: Key(2)] ContentHash Trajectory, [property: Key(3)] string Reason) : IEvent
{
    /// <summary>The head as it is shown; null if nobody knows it.</summary>
    public string? KnownHead() => Head.Hash == default ? null : Head.ToString();
}
