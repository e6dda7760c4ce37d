using MessagePack;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>The snapshot that <see cref="JournalGuard"/> overwrites to see whether the journal still writes.</summary>
/// <param name="Time">When it was sent, UTC.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="ProcessId">Process that sent it.</param>
[MessagePackObject]
public sealed record JournalHeartbeat(
    [property: Key(0)] DateTimeOffset Time, [property: Key(1)] string Host, [property: Key(2)] int ProcessId)
{
    internal const string Manifest = "journal.heartbeat/1";
}
