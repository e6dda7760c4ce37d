namespace ActorRlhf.Actors.Evaluators;

/// <summary>An evaluator that runs did what it must not do: a batch is lost, and the next one gets a new process.</summary>
/// <param name="evaluator">Its id.</param>
/// <param name="fault">What it did.</param>
/// <param name="reason">The value at fault, and what was expected.</param>
public sealed class EvaluatorFaultException(string evaluator, EvaluatorFault fault, string reason)
    : Exception($"evaluator '{evaluator}': {reason}")
{
    /// <summary>Its id.</summary>
    public string Evaluator { get; } = evaluator;

    /// <summary>What it did.</summary>
    public EvaluatorFault Fault { get; } = fault;

    /// <summary>The value at fault, and what was expected.</summary>
    public string Reason { get; } = reason;
}
