namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>A model did not judge an item.</summary>
/// <param name="failure">Why.</param>
/// <param name="reason">The value at fault, what was expected, and what to do; never a key.</param>
/// <param name="retryAfter">When the server wants to be asked again; null where it did not say.</param>
public sealed class JudgeFailureException(JudgeFailure failure, string reason, TimeSpan? retryAfter = null)
    : Exception($"{failure.ToString().ToLowerInvariant()}: {reason}")
{
    /// <summary>Why.</summary>
    public JudgeFailure Failure { get; } = failure;

    /// <summary>The value at fault.</summary>
    public string Reason { get; } = reason;

    /// <summary>When the server wants to be asked again; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the same question may be answered a moment later.</summary>
    public bool MayPass => Failure is JudgeFailure.Rate or JudgeFailure.Server;

    /// <summary>Whether the service failed, and not the answer to one item.</summary>
    public bool IsOfService => Failure <= JudgeFailure.Protocol;
}
