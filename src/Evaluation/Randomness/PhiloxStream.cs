using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Randomness;

/// <summary>Draws one after the other for a fixed (seed, purpose, step, sample); the position counts the draws.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="purpose">What the draws are for, a number that whoever draws gives a meaning.</param>
/// <param name="step">Training step, or another outer index named by the purpose.</param>
/// <param name="sample">Sample within the step.</param>
/// <remarks>Not thread-safe. Two streams that differ in any argument are independent.</remarks>
public sealed class PhiloxStream(ulong seed, uint purpose, uint step = 0, uint sample = 0)
{
    uint _position;

    /// <summary>The next uniform draw in [0, 1).</summary>
    public double Uniform() => Philox.Uniform(seed, purpose, step, sample, _position++);

    /// <summary>The next integer in [0, <paramref name="bound"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Integer(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)(Uniform() * bound);
    }

    /// <summary>True with the given probability; one draw.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>One element of a list, each equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> choices) => choices[Integer(choices.Count)];

    /// <summary>A standard normal draw (Box–Muller; two uniforms are consumed).</summary>
    public double Normal()
    {
        var radius = Math.Sqrt(-2 * PortableMath.Log(1 - Uniform()));
        return radius * PortableMath.SinCos(2 * Math.PI * Uniform()).Cos;
    }

    /// <summary>A permutation of 0 … <paramref name="count"/> − 1 (Fisher–Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Integer(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
