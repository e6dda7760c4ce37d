using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using Akka.Actor;

namespace ActorRlhf.Benchmarks;

/// <summary>Stores whatever events it is told, as the product's actors do, and answers with the last sequence number.</summary>
sealed class BulkWriter : EventSourcedActor
{
    public BulkWriter(string stream, EventCatalogue catalogue) : base(stream, catalogue, TimeProvider.System) =>
        Command<IEvent[]>(facts => PersistEvents([.. facts.Select(fact => new TimedEvent(fact))], () => Sender.Tell(Head.Sequence)));

    /// <summary>How to create one.</summary>
    public static Props Props(string stream, EventCatalogue catalogue) => Akka.Actor.Props.Create(() => new BulkWriter(stream, catalogue));

    protected override void Apply(IEvent fact, long sequence) { }
}
