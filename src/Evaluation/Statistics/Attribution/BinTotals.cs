namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>Shares and means of bins of length over some of the prompts, made again for every resample without allocating.</summary>
sealed class BinTotals(LengthSeries series, IReadOnlyList<double> edges)
{
    readonly int[] _binOf = [.. series.Lengths.Select(length => LengthControlled.BinOf(length, edges))];
    readonly int[] _counts = new int[edges.Count + 1];
    readonly double[] _sums = new double[edges.Count + 1];
    int _all;

    /// <summary>Totals over prompts, each as often as it is named.</summary>
    public void Take(IReadOnlyList<int> prompts)
    {
        Array.Clear(_counts);
        Array.Clear(_sums);
        _all = prompts.Count;
        foreach (var prompt in prompts)
        {
            _counts[_binOf[prompt]]++;
            _sums[_binOf[prompt]] += series.Rewards[prompt];
        }
    }

    /// <summary>The bins, shortest first; the mean of an empty one is null.</summary>
    public IEnumerable<(double Share, double? Mean)> Bins()
    {
        for (var bin = 0; bin < _counts.Length; bin++)
            yield return (_counts[bin] / (double)_all, _counts[bin] == 0 ? null : _sums[bin] / _counts[bin]);
    }
}
