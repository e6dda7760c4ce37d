using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>The e-value of differences that are 1, −1 or 0, for one n and δ: its logarithms are taken once for many counts.</summary>
sealed class CountedEValue
{
    readonly double[] _worse, _better, _equal;

    public CountedEValue(int n, double delta)
    {
        var stakes = EValue.Stakes(n);
        N = n;
        _worse = [.. stakes.Select(stake => PortableMath.LogP1(stake * (1 - delta)))];
        _better = [.. stakes.Select(stake => PortableMath.LogP1(stake * (-1 - delta)))];
        _equal = [.. stakes.Select(stake => PortableMath.LogP1(-stake * delta))];
    }

    public int N { get; }

    public double Log(int worse, int better)
    {
        Span<double> logs = stackalloc double[_worse.Length];
        for (var m = 0; m < logs.Length; m++)
            logs[m] = worse * _worse[m] + better * _better[m] + (N - worse - better) * _equal[m];
        return EValue.LogOfMean(logs);
    }
}
