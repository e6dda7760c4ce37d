using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Verifies chains in the same pass in which the events are read.</summary>
public static class VerifiedEvents
{
    /// <summary>The same events, each one handed on only when its bytes give its hash and it follows the one before.</summary>
    /// <param name="events">One stream from its beginning; or, for a fork, its parent's up to where it left and then its own.</param>
    /// <exception cref="BrokenChainException">The chain does not hold.</exception>
    public static IEnumerable<ReadEvent> Verified(this IEnumerable<ReadEvent> events)
    {
        (string? stream, StreamHead head) = (null, default);
        foreach (var read in events)
        {
            if (read.Stream != stream) (stream, head) = (read.Stream, new StreamHead(0, head.Hash));
            head = EventChain.Follow(read.Stream, head, read.Sequence, read.Stored);
            yield return read;
        }
    }
}
