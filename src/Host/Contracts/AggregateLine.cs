namespace ActorRlhf.Host.Contracts;

/// <summary>One metric over many items.</summary>
/// <param name="Mean">Mean over the items that have a value; null if none has.</param>
/// <param name="StandardError">Of that mean; null for fewer than two values.</param>
/// <param name="N">Items that have a value.</param>
/// <param name="Failed">Items that could not be scored.</param>
sealed record AggregateLine(double? Mean, double? StandardError, int N, int Failed);
