namespace ActorRlhf.Actors.Evaluators;

/// <summary>
/// An evaluator cannot be brought, or cannot be started again: its files are not what they were, it does not speak the protocol, this
/// machine has no sandbox for it.
/// </summary>
/// <param name="evaluator">Its id, or what stands for it where it has said none.</param>
/// <param name="reason">The value at fault, what was expected, and what to do.</param>
public sealed class EvaluatorRefusedException(string evaluator, string reason) : Exception($"evaluator '{evaluator}': {reason}")
{
    /// <summary>Its id, or what stands for it.</summary>
    public string Evaluator { get; } = evaluator;

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
