using System.Buffers;

namespace ActorRlhf.Models.Sampling;

/// <summary>Top-k and top-p (Holtzman et al. 2020, arXiv 1904.09751).</summary>
static class CandidateFilter
{
    /// <summary>Sets the weights of the tokens that are not kept to zero.</summary>
    /// <param name="logits">(V); the order of likelihood, smaller id first on a tie.</param>
    /// <param name="weights">(V) unnormalised probabilities.</param>
    /// <param name="topK">Keep this many; 0 keeps all.</param>
    /// <param name="topP">Of those, keep the fewest whose share of their weight reaches p; 1 keeps all.</param>
    public static void Apply(ReadOnlySpan<float> logits, Span<float> weights, int topK, double topP)
    {
        var rented = ArrayPool<ulong>.Shared.Rent(logits.Length);
        var order = rented.AsSpan(0, logits.Length);
        for (var id = 0; id < order.Length; id++) order[id] = (ulong)Descending(logits[id]) << 32 | (uint)id;
        order.Sort();

        var kept = topK > 0 ? Math.Min(topK, order.Length) : order.Length;
        if (topP < 1)
        {
            var (mass, sum) = (0.0, 0.0);
            foreach (var key in order[..kept]) mass += weights[Id(key)];
            var count = 0;
            do sum += weights[Id(order[count++])];
            while (count < kept && sum < topP * mass);
            kept = count;
        }
        foreach (var key in order[kept..]) weights[Id(key)] = 0;
        ArrayPool<ulong>.Shared.Return(rented);
    }

    static int Id(ulong key) => (int)(uint)key;

    /// <summary>An integer that is the smaller the larger the number is.</summary>
    static uint Descending(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value + 0f); // −0 + 0 = 0: the two zeros are a tie
        return bits >> 31 == 1 ? bits : ~bits & 0x7FFF_FFFF;
    }
}
