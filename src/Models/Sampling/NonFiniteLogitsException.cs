namespace ActorRlhf.Models.Sampling;

/// <summary>A network produced NaN or infinity where a distribution over tokens was needed.</summary>
/// <param name="request">Index of the request in its batch.</param>
/// <param name="position">Response position, from 0.</param>
public sealed class NonFiniteLogitsException(int request, int position)
    : Exception($"the logits of request {request} at response position {position} are not finite")
{
    /// <summary>Index of the request in its batch.</summary>
    public int Request { get; } = request;
    /// <summary>Response position, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>The failure of the lower request, then position: which one is reported must not depend on timing.</summary>
    internal static NonFiniteLogitsException? Earlier(NonFiniteLogitsException? one, NonFiniteLogitsException? other) =>
        one is null || other is not null && (other.Request, other.Position).CompareTo((one.Request, one.Position)) < 0 ? other : one;
}
