using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Witnessing;
using Akka;
using Akka.Actor;
using Akka.Hosting;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Puts runs into an actor system that has a journal.</summary>
public static class RunHosting
{
    static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(3);   // the phase has 5 s

    /// <summary>The supervisor of runs as <c>/user/runs</c>.</summary>
    /// <param name="builder">The actor system to be.</param>
    /// <param name="store">Where runs are kept; the system's journal is the same.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public static AkkaConfigurationBuilder WithRuns(
        this AkkaConfigurationBuilder builder, Store store, IRunChildrenFactory children, TimeProvider time) =>
        builder.WithActors((system, registry) =>
        {
            var (retention, witnesses) = (new ArtefactRetention(store), new Witnesses());
            registry.Register<RunSupervisor>(system.ActorOf(RunSupervisor.Props(store.Artefacts, retention, witnesses, children, EventCatalogue.Known, time), "runs"));
            // Who stops the system gives the directory's lock back after it.
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "runs", async () =>
            {
                await retention.CloseAsync().ConfigureAwait(false);
                await witnesses.DrainAsync(s_lastWords).ConfigureAwait(false);
                return Done.Instance;
            });
        });
}
