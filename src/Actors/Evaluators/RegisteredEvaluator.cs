using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>An evaluator of the registry.</summary>
/// <param name="Facts">As it was brought.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Who">Who brought it; null if nobody said.</param>
/// <param name="Removed">When it was removed, UTC; null while it is asked.</param>
public sealed record RegisteredEvaluator(EvaluatorInjected Facts, DateTimeOffset At, string? Who, DateTimeOffset? Removed)
{
    /// <summary>Who it is, what it is made of, and what it may take.</summary>
    public InjectedEvaluator Evaluator { get; } = Facts.ToEvaluator();

    /// <summary>Whether a run asks it.</summary>
    public bool IsAskedBy(RunId run) => Removed is null && (Facts.Runs.Length == 0 || Facts.Runs.Contains(run.Value));
}
