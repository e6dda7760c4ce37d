using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Failures;

/// <summary>An evaluator needs what a file of completions cannot give.</summary>
/// <param name="evaluator">Its id.</param>
/// <param name="lacking">What that is.</param>
sealed class EvaluatorNeedsException(string evaluator, EvaluatorNeeds lacking) : Exception(
    $"--evaluator: '{evaluator}' needs {lacking.ToString().ToLowerInvariant()}, which a file of completions does not have; "
        + "'evaluate RUN' judges what a run's log has")
{
    /// <summary>Its id.</summary>
    public string Evaluator => evaluator;
}
