namespace ActorRlhf.Host.Failures;

/// <summary>There is no evaluator of an id, neither in the catalogue nor in the registry.</summary>
/// <param name="id">What was asked for.</param>
public sealed class EvaluatorUnknownException(string id)
    : Exception($"there is no evaluator '{id}'; 'docs evaluators' shows those of the catalogue, "
        + "'evaluators list --data DIR' those that were brought");
