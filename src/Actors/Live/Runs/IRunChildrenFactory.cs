using ActorRlhf.Actors.Runs.Pipeline;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>Creates the actors that work for a run; tests put faulty ones in their place.</summary>
public interface IRunChildrenFactory
{
    /// <summary>Creates them as children of the run's actor.</summary>
    /// <param name="parent">Where they are created.</param>
    /// <param name="progress">Gets a <c>TrainingProgress</c> now and then.</param>
    RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress);
}
