namespace ActorRlhf.Evaluation.Randomness;

/// <summary>
/// The counter-based generator Philox4x32-10: a draw is a pure function of a key and a counter, so no state is ever saved.
/// </summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw 2011,
/// <i>Parallel Random Numbers: As Easy as 1, 2, 3</i>, tested with its published vectors.
/// </remarks>
public static class Philox
{
    const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    /// <summary>One block of four 32-bit words.</summary>
    /// <param name="key0">Low word of the key.</param>
    /// <param name="key1">High word of the key.</param>
    /// <param name="counter0">First word of the counter.</param>
    /// <param name="counter1">Second word of the counter.</param>
    /// <param name="counter2">Third word of the counter.</param>
    /// <param name="counter3">Fourth word of the counter.</param>
    /// <returns>Four words, uniform over all 32-bit values.</returns>
    internal static (uint X0, uint X1, uint X2, uint X3) Block(
        uint key0, uint key1, uint counter0, uint counter1, uint counter2, uint counter3)
    {
        for (var round = 0; round < 10; round++)
        {
            var product0 = (ulong)Multiplier0 * counter0;
            var product1 = (ulong)Multiplier1 * counter2;
            (counter0, counter1, counter2, counter3) =
                ((uint)(product1 >> 32) ^ counter1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ counter3 ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (counter0, counter1, counter2, counter3);
    }

    /// <summary>A uniform draw in [0, 1) with 53 random bits: <c>((x0 « 21) ^ (x1 » 11)) · 2⁻⁵³</c>.</summary>
    /// <param name="seed">The run's seed; its low word is the first word of the key.</param>
    /// <param name="purpose">What the draw is for, a number that whoever draws gives a meaning; first word of the counter.</param>
    /// <param name="step">Training step; second word of the counter.</param>
    /// <param name="sample">Sample within the step; third word.</param>
    /// <param name="position">Token position or draw number within the sample; fourth word.</param>
    public static double Uniform(ulong seed, uint purpose, uint step, uint sample, uint position)
    {
        var (x0, x1, _, _) = Block((uint)seed, (uint)(seed >> 32), purpose, step, sample, position);
        return (((ulong)x0 << 21) ^ ((ulong)x1 >> 11)) * (1.0 / (1UL << 53));
    }
}
