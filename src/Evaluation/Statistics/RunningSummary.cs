namespace ActorRlhf.Evaluation.Statistics;

/// <summary>The <see cref="Summary"/> of values that come one after the other and are not kept.</summary>
/// <remarks>
/// The mean is the sum in the order of the values divided by n, the same bits as <see cref="Summary.Of"/>; the spread is that of
/// Welford (1962), Note on a method for calculating corrected sums of squares and products.
/// </remarks>
public sealed class RunningSummary
{
    int _count;
    double _sum, _mean, _squares;              // _squares: of the distances from _mean, which Welford moves along

    /// <summary>What the values so far come to; null before the first.</summary>
    public Summary? Result => _count switch
    {
        0 => null,
        1 => new Summary(1, _sum, null),
        _ => new Summary(_count, _sum / _count, Math.Sqrt(_squares / (_count - 1) / _count)),
    };

    /// <summary>Takes in a value.</summary>
    /// <exception cref="ArgumentException">It is not finite.</exception>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("A value is not a finite number: count it as failed and leave it out.", nameof(value));
        _count++;
        _sum += value;
        var distance = value - _mean;
        _mean += distance / _count;
        _squares += distance * (value - _mean);
    }
}
