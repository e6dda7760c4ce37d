using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Benchmarks;

/// <summary>What the processor's multipliers can do: a bare loop of fused multiply-adds on registers.</summary>
static class FmaLimit
{
    const int Chains = 16, Rounds = 1 << 22;          // as many chains as hide the latency of two multipliers
    const int Tries = 5;

    /// <summary>The best of a few tries, in 10⁹ multiplications and additions a second.</summary>
    public static double Measure(int threads)
    {
        using var workers = new ComputeWorkers(threads);
        return Enumerable.Range(0, Tries).Max(_ =>
        {
            var clock = Stopwatch.StartNew();
            workers.Map(threads, _ => Loop());
            return 2.0 * threads * Chains * Vector512<float>.Count * Rounds / clock.Elapsed.TotalSeconds / 1e9;
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Loop()
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(1e-3f));
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x, m = x, n = x, o = x, p = x;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
            m = Vector512.FusedMultiplyAdd(m, x, y);
            n = Vector512.FusedMultiplyAdd(n, x, y);
            o = Vector512.FusedMultiplyAdd(o, x, y);
            p = Vector512.FusedMultiplyAdd(p, x, y);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p);
    }
}
