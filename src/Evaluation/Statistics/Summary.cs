namespace ActorRlhf.Evaluation.Statistics;

/// <summary>An aggregate that carries how many values it rests on and how sure it is.</summary>
/// <param name="Count">Number of values, n.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardError">
/// Sample standard deviation (n − 1) divided by √n; null for a single value, which says nothing about its spread.
/// </param>
public readonly record struct Summary(int Count, double Mean, double? StandardError)
{
    /// <summary>Summarises values; sums run in the given order, so the result is the same bits everywhere.</summary>
    /// <exception cref="ArgumentException">There are no values, or one is not finite.</exception>
    public static Summary Of(IReadOnlyList<double> values)
    {
        if (values.Count == 0) throw new ArgumentException("A summary of no values has no mean: leave the aggregate out.", nameof(values));
        var sum = 0.0;
        foreach (var value in values) sum += value;
        if (!double.IsFinite(sum))
            throw new ArgumentException("A value is not a finite number: count it as failed and leave it out.", nameof(values));
        var mean = sum / values.Count;
        if (values.Count == 1) return new Summary(1, mean, null);

        var squares = 0.0;
        foreach (var value in values) squares += (value - mean) * (value - mean);
        return new Summary(values.Count, mean, Math.Sqrt(squares / (values.Count - 1) / values.Count));
    }
}
