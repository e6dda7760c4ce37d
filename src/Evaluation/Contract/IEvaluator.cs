namespace ActorRlhf.Evaluation.Contract;

/// <summary>Judges completions. Safe: an evaluator that fails is recorded and cannot hurt a run.</summary>
/// <remarks>
/// Implementations are pure and thread-safe: the same items give the same results, in any order and batch, except that
/// <see cref="EvaluatorNeeds.Group"/> may look across the items of one prompt.
/// </remarks>
public interface IEvaluator
{
    /// <summary>Name on the wire and on disk, such as <c>pocket-gold</c>; never changed once used.</summary>
    string Id { get; }

    /// <summary>Version of the scoring rule, such as <c>1.0.0</c>; a change that can change a number changes it.</summary>
    string Version { get; }

    /// <summary>What it measures, by which rule and from which source, and what it cannot see; for people.</summary>
    string Summary { get; }

    /// <summary>What must be given with each item.</summary>
    EvaluatorNeeds Needs { get; }

    /// <summary>The numbers each scored item gets.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Scores a batch.</summary>
    /// <returns>
    /// One result for each item, in the items' order. An item that cannot
    /// be scored is a <see cref="FailedItem"/>; nothing is thrown for it.
    /// </returns>
    IReadOnlyList<ItemResult> Score(IReadOnlyList<EvaluationItem> items);
}
