namespace ActorRlhf.Evaluation.Contract;

/// <summary>The value of one metric for one item, with what it rests on.</summary>
/// <param name="Value">The number; null where the metric does not apply to the item, which aggregates leave out.</param>
/// <param name="Extracted">What was read from the completion; null where nothing was.</param>
/// <param name="Reason">Why this value, for a person; null where it speaks for itself.</param>
/// <exception cref="ArgumentException">The value is not finite: an item that cannot be scored is a <see cref="FailedItem"/>.</exception>
public sealed record Score(double? Value, string? Extracted = null, string? Reason = null)
{
    /// <summary>The number; null where the metric does not apply to the item.</summary>
    public double? Value { get; } = Value is null || double.IsFinite(Value.Value)
        ? Value
        : throw new ArgumentException($"A score is a finite number or null, not {Value}: return a FailedItem instead.", nameof(Value));
}
