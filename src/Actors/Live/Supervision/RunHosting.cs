using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Witnessing;
using ActorRlhf.Models.Compute;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Puts runs into a host or into an actor system.</summary>
public static class RunHosting
{
    static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(3);   // the phase has 5 s

    /// <summary>
    /// The actor system with its journal and its runs, to be used as <see cref="RunSystem"/>; it logs where the host logs.
    /// </summary>
    /// <param name="services">The host to be. Whoever starts it stops it: an exit of the process does not wait for the actors.</param>
    /// <param name="store">Where runs are kept; opened for writing.</param>
    /// <param name="pool">Where they compute.</param>
    /// <param name="time">Clock of the envelopes.</param>
    /// <param name="judges">Finds evaluators by their descriptions.</param>
    /// <param name="scheduling">
    /// How it works at runs by itself, those that wait or that a former host left; null for one that begins nothing by itself.
    /// </param>
    public static IServiceCollection AddRuns(
        this IServiceCollection services, Store store, ComputePool pool, TimeProvider time,
        Func<IServiceProvider, IJudges> judges, Scheduling? scheduling = null) => services
        .AddAkka("actorrlhf", (akka, provider) => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .AddHocon("akka { log-dead-letters = off, coordinated-shutdown.run-by-clr-shutdown-hook = off }", HoconAddMode.Prepend)
            .WithJournal(store.Settings)
            .WithRuns(store, new RunChildrenFactory(pool), judges(provider), time, scheduling: scheduling))
        .AddSingleton(services => new RunSystem(
            services.GetRequiredService<ActorSystem>(),
            services.GetRequiredService<IRequiredActor<RunDoor>>().ActorRef,
            services.GetRequiredService<IRequiredActor<EvaluationsSupervisor>>().ActorRef,
            services.GetRequiredService<IRequiredActor<JournalGuard>>().ActorRef));

    /// <summary>The supervisor of runs as <c>/user/runs</c>, and that of their evaluations as <c>/user/evaluations</c>.</summary>
    /// <param name="builder">The actor system to be; it has a journal.</param>
    /// <param name="store">Where runs are kept; the system's journal is the same.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="judges">Finds evaluators by their descriptions.</param>
    /// <param name="time">Clock of the envelopes.</param>
    /// <param name="evaluatorDeadline">How long an evaluator may take for a rollout; null for 10 s.</param>
    /// <param name="scheduling">How <c>/user/scheduler</c> works at runs; null for no scheduler.</param>
    public static AkkaConfigurationBuilder WithRuns(
        this AkkaConfigurationBuilder builder, Store store, IRunChildrenFactory children, IJudges judges, TimeProvider time,
        TimeSpan? evaluatorDeadline = null, Scheduling? scheduling = null) =>
        builder.WithActors((system, registry) =>
        {
            var (retention, witnesses) = (new ArtefactRetention(store), new Witnesses(TimeProvider.System));
            var snapshots = new SnapshotMaking(store, time, Logging.GetLogger(system, typeof(SnapshotMaking)));
            var evaluations = system.ActorOf(
                EvaluationsSupervisor.Props(
                    store, judges, EventCatalogue.Known, time, evaluatorDeadline ?? EvaluationsActor.DefaultDeadline),
                "evaluations");
            var desk = new RunDesk(store, time, scheduling?.Memory, Logging.GetLogger(system, typeof(RunDesk)), system.EventStream);
            registry.Register<EvaluationsSupervisor>(evaluations);
            var supervisor = system.ActorOf(
                RunSupervisor.Props(store, desk, retention, witnesses, children, evaluations, EventCatalogue.Known, time), "runs");
            registry.Register<RunSupervisor>(supervisor);
            registry.Register<RunDoor>(scheduling is null
                ? supervisor
                : system.ActorOf(RunScheduler.Props(store, desk, supervisor, scheduling), "scheduler"));
            // Who stops the system gives the directory's lock back after it.
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "runs", async () =>
            {
                await desk.EndAsync().ConfigureAwait(false);
                await snapshots.EndAsync().ConfigureAwait(false);
                await retention.CloseAsync().ConfigureAwait(false);
                await witnesses.DrainAsync(s_lastWords).ConfigureAwait(false);
                return Done.Instance;
            });
        });

    /// <summary>Key of whoever commands to runs are sent to: the scheduler where there is one, else the supervisor.</summary>
    sealed class RunDoor;
}
