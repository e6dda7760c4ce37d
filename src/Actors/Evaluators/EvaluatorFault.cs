namespace ActorRlhf.Actors.Evaluators;

/// <summary>What an evaluator did that it must not do; its process is killed for each of them.</summary>
public enum EvaluatorFault
{
    /// <summary>It ended while it was needed.</summary>
    Ended,
    /// <summary>It took more memory than it may.</summary>
    Memory,
    /// <summary>It wrote more than any answer can be.</summary>
    Output,
    /// <summary>It answered something else than the protocol says.</summary>
    Protocol,
    /// <summary>An endpoint could not be reached, or refused.</summary>
    Unreachable,
}
