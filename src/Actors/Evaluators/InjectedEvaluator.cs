using ActorRlhf.Actors.Runs.Judging;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>An evaluator that somebody brought: who it is, what it is made of, and what it may take.</summary>
/// <param name="Description">What it said of itself when it was brought, with the hash of what it was made of then.</param>
/// <param name="Source">What it is made of.</param>
/// <param name="Limits">What it may take.</param>
public sealed record InjectedEvaluator(EvaluatorDescription Description, EvaluatorSource Source, EvaluatorLimits Limits)
{
    /// <summary>Whether its hash says what it does: an endpoint or a model may answer otherwise tomorrow.</summary>
    public bool IsVerifiable => Source.Kind is not (EvaluatorKind.Http or EvaluatorKind.Judge);
}
