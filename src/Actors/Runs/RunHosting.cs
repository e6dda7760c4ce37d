using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using Akka.Actor;
using Akka.Hosting;

namespace ActorRlhf.Actors.Runs;

/// <summary>Puts runs into an actor system that has a journal.</summary>
public static class RunHosting
{
    /// <summary>Every event of runs and their evaluations.</summary>
    public static EventCatalogue Catalogue { get; } = new(typeof(RunHosting).Assembly.GetTypes());

    /// <summary>The supervisor of runs as <c>/user/runs</c>.</summary>
    /// <param name="builder">The actor system to be.</param>
    /// <param name="journal">The journal that it has.</param>
    /// <param name="artefacts">Where large things go.</param>
    /// <param name="children">How to create those who work for a run.</param>
    /// <param name="time">Clock of the envelopes.</param>
    public static AkkaConfigurationBuilder WithRuns(
        this AkkaConfigurationBuilder builder, JournalSettings journal, ArtefactStore artefacts, IRunChildrenFactory children, TimeProvider time) =>
        builder.WithActors((system, registry) =>
        {
            var retention = new ArtefactRetention(artefacts, new JournalReader(journal, Catalogue));
            registry.Register<RunSupervisor>(system.ActorOf(RunSupervisor.Props(artefacts, retention, children, Catalogue, time), "runs"));
        });
}
