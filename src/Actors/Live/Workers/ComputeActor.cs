using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// An actor that computes: it runs on a thread of its own, so that no computation ever holds up timers, HTTP or the journal.
/// </summary>
/// <remarks>
/// Handlers are synchronous, because libtorch's grad mode and dispose scopes belong to a thread. A handler that throws tells the
/// one who asked what happened, as data, then its supervisor restarts it: whoever asked decides whether to ask again.
/// </remarks>
public abstract class ComputeActor : ReceiveActor
{
    /// <summary>The dispatcher of such actors: one thread each.</summary>
    public const string Dispatcher = "compute-dispatcher";

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        Sender.Tell(WorkFailure.Of(reason), Self);
        base.PreRestart(reason, message);
    }
}
