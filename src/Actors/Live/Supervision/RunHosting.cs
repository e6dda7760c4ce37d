using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deletion;
using Akka.Actor;
using Akka.Hosting;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Puts runs into an actor system that has a journal.</summary>
public static class RunHosting
{
    /// <summary>The supervisor of runs as <c>/user/runs</c>.</summary>
    /// <param name="builder">The actor system to be.</param>
    /// <param name="store">Where runs are kept; the system's journal is the same.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public static AkkaConfigurationBuilder WithRuns(
        this AkkaConfigurationBuilder builder, Store store, IRunChildrenFactory children, TimeProvider time) =>
        builder.WithActors((system, registry) =>
        {
            var retention = new ArtefactRetention(store);
            registry.Register<RunSupervisor>(system.ActorOf(RunSupervisor.Props(store.Artefacts, retention, children, EventCatalogue.Known, time), "runs"));
        });
}
