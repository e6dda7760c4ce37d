using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Journal;

/// <summary>A stream that stores what it is told and answers with what it holds.</summary>
sealed class SampleActor : EventSourcedActor
{
    internal sealed record Store(IReadOnlyList<IEvent> Events, TimeSpan? Duration = null, string? Who = null);
    internal sealed record StoreForeign;
    internal sealed record Look;
    internal sealed record Stored(
        StreamHead Head, TrajectoryDigest Trajectory, long Epoch, IReadOnlyList<(long Sequence, IEvent Fact)> Applied);

    readonly List<(long, IEvent)> _applied = [];

    public SampleActor(string stream, EventCatalogue catalogue, TimeProvider time) : base(stream, catalogue, time)
    {
        Command<Store>(store =>
            PersistEvents([.. store.Events.Select(fact => new TimedEvent(fact, store.Duration))], () => Sender.Tell(View()), store.Who));
        // Past PersistEvents, a type that no serializer is bound to.
        Command<StoreForeign>(_ =>
            PersistAll<object>([new StoredEvent("sample.noted/1", [], [], default, default), new { Text = "as JSON?" }], _ => { }));
        Command<Look>(_ => Sender.Tell(View()));
    }

    protected override void Apply(IEvent fact, long sequence) => _applied.Add((sequence, fact));

    protected override ContentHash Origin(IEvent first) => first is SampleStarted started ? started.Parent : default;

    protected override ContentHash? TrajectorySeed(IEvent fact) => (fact as SampleStarted)?.Seed;

    Stored View() => new(Head, Trajectory, WriterEpoch, [.. _applied]);
}

/// <summary>Starts a <see cref="SampleActor"/> and passes on what it tells its parent.</summary>
sealed class SampleParent : ReceiveActor
{
    public SampleParent(Props child, IActorRef listener)
    {
        var actor = Context.ActorOf(child, "stream");
        Receive<StreamRecoveryFailed>(failed => listener.Tell(failed));
        ReceiveAny(actor.Forward);
    }
}
