using System.Diagnostics;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>How long something took, many times.</summary>
/// <param name="samples">Each time.</param>
sealed class Latencies(IEnumerable<TimeSpan> samples)
{
    readonly double[] _milliseconds = [.. samples.Select(sample => sample.TotalMilliseconds).Order()];

    /// <summary>How many.</summary>
    public int Count => _milliseconds.Length;

    /// <summary>The longest, in milliseconds.</summary>
    public double Most => _milliseconds[^1];

    /// <summary>The time within which a share of them was done, in milliseconds.</summary>
    public double Within(double share) => _milliseconds[(int)Math.Ceiling(share * Count) - 1];

    /// <summary>Does something again and again, one after the other.</summary>
    public static async Task<Latencies> OfAsync(int times, Func<Task> action)
    {
        var samples = new TimeSpan[times];
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await action();
            samples[i] = Stopwatch.GetElapsedTime(start);
        }
        return new Latencies(samples);
    }
}
