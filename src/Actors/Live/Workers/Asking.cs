using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>Asks that end with the asked actor's answer or failure, or when the run gives up on them; never by a clock.</summary>
static class Asking
{
    /// <exception cref="WorkFailedException">The actor answered that it failed.</exception>
    public static async Task<T> AskAsync<T>(this IActorRef actor, object message, CancellationToken ct) =>
        await actor.Ask<object>(message, Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false) switch
        {
            WorkFailure failed => throw new WorkFailedException(failed),
            T reply => reply,
            var other => throw new InvalidOperationException($"{other} is no answer to {message}"),
        };
}
