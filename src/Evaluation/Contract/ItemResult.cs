namespace ActorRlhf.Evaluation.Contract;

/// <summary>What an evaluator says about one item: <see cref="ScoredItem"/> or <see cref="FailedItem"/>, never a made-up number.</summary>
public abstract record ItemResult
{
    private protected ItemResult(string itemId) => ItemId = itemId;

    /// <summary>The item's <see cref="EvaluationItem.Id"/>.</summary>
    public string ItemId { get; }
}

/// <summary>An item that was scored.</summary>
/// <param name="ItemId">The item's id.</param>
/// <param name="Scores">One score for each declared metric, by the metric's name.</param>
public sealed record ScoredItem(string ItemId, IReadOnlyDictionary<string, Score> Scores) : ItemResult(ItemId);

/// <summary>An item that could not be scored.</summary>
/// <param name="ItemId">The item's id.</param>
/// <param name="Error">Why, with the value at fault and what was expected.</param>
public sealed record FailedItem(string ItemId, string Error) : ItemResult(ItemId);
