using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>Asks that end with the asked actor's answer or failure, or when the run gives up on them; never by a clock.</summary>
static class Asking
{
    public static Task<T> AskAsync<T>(this IActorRef actor, object message, CancellationToken ct) => actor.Ask<T>(message, Timeout.InfiniteTimeSpan, ct);
}
