using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Makes judges of the evaluators that people bring.</summary>
/// <param name="runner">Runs assemblies and expressions.</param>
/// <param name="log">Gets the id of an evaluator and a line of its standard error; called from any thread.</param>
/// <param name="sandbox">What holds evaluators; null for what this machine offers.</param>
public sealed class EvaluatorJudges(EvaluatorRunner runner, Action<string, string>? log = null, Sandbox? sandbox = null)
{
    /// <summary>Looks at an evaluator for the first time: hashes it, starts it once, and asks it who it is.</summary>
    public Task<InjectedEvaluator> DiscoverAsync(
        EvaluatorSource source, EvaluatorLimits limits, string? id, string? version, MetricRole? role, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>A judge that starts the evaluator when it is first asked.</summary>
    public IJudge Create(InjectedEvaluator evaluator) => throw new NotImplementedException();
}
