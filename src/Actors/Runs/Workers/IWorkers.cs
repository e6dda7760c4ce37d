namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Those who compute for a run: one owns the policy, one the reference, one each reward model, one the sampler.</summary>
public interface IWorkers
{
    /// <summary>Does a piece of work.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="ct">Gives up; work that has begun ends all the same.</param>
    /// <exception cref="WorkFailedException">It failed elsewhere; here it throws what it is (<see cref="WorkFailure.KindOf"/>).</exception>
    Task<TReply> DoAsync<TReply>(IWork<TReply> work, CancellationToken ct);
}
