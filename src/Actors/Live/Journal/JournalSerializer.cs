using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using Akka.Actor;
using Akka.Serialization;
using MessagePack;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>
/// What goes between Akka.Persistence and the database: <see cref="StoredEvent"/>, <see cref="StreamSnapshot"/> and
/// <see cref="JournalHeartbeat"/>, nothing else.
/// </summary>
/// <remarks>
/// The manifest column holds the event's name and version. Events are not decoded here but where stream and sequence are known,
/// so that an error names them.
/// </remarks>
sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>In every row of the journal: never changes.</summary>
    internal const int Id = JournalRow.SerializerId;

    public override int Identifier => Id;

    public override string Manifest(object o) => o switch
    {
        StoredEvent stored => stored.Manifest,
        StreamSnapshot snapshot => snapshot.Kind,
        JournalHeartbeat => JournalHeartbeat.Manifest,
        _ => throw Foreign(o.GetType().FullName!),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        StoredEvent stored => stored.ToBytes(),
        StreamSnapshot snapshot => snapshot.ToBytes(),
        JournalHeartbeat heartbeat => MessagePackSerializer.Serialize(heartbeat, LogFormat.Options),
        _ => throw Foreign(obj.GetType().FullName!),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        JournalHeartbeat.Manifest => MessagePackSerializer.Deserialize<JournalHeartbeat>(bytes, LogFormat.Options),
        _ when StreamSnapshot.IsKind(manifest) =>
            StreamSnapshot.TryParse(manifest, bytes) ?? throw new MessagePackSerializationException("the snapshot is damaged"),
        _ => StoredEvent.Parse(manifest, bytes),
    };

    static ArgumentException Foreign(string what) =>
        new($"{what} does not belong in the journal: only stored events, snapshots and heartbeats do");
}
