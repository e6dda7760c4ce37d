using System.Runtime.InteropServices;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Sampling;

/// <summary>Logits on the way to a choice: what <see cref="TokenChooser.Weigh"/> found out for <see cref="TokenChooser.Pick"/>.</summary>
readonly ref struct Weighed
{
    /// <param name="logits">(V) float32.</param>
    /// <param name="memory">At least <see cref="Floats"/> of V.</param>
    public Weighed(ReadOnlySpan<float> logits, Span<float> memory)
    {
        Logits = logits;
        Weights = memory[..Lanes.RoundUp(logits.Length, Lanes.Count)];
        Sums = MemoryMarshal.Cast<float, double>(memory[Weights.Length..Floats(logits.Length)]);
    }

    /// <summary>What was weighed.</summary>
    public ReadOnlySpan<float> Logits { get; }
    /// <summary>exp((logits − largest) / temperature), and zeros up to a whole vector: (V rounded up to 16).</summary>
    public Span<float> Weights { get; }
    /// <summary>Memory for what <see cref="BlockSum.Accumulate"/> leaves, (V rounded up to 16) / 16 + 1.</summary>
    public Span<double> Sums { get; }
    /// <summary>Of all logits.</summary>
    public required float Largest { get; init; }
    /// <summary>The draw, in [0, 1).</summary>
    public required double Uniform { get; init; }

    /// <summary>Floats of memory that so many logits need.</summary>
    public static int Floats(int vocabulary)
    {
        var blocks = Lanes.RoundUp(vocabulary, Lanes.Count) / Lanes.Count;
        return blocks * Lanes.Count + (blocks + 1) * (sizeof(double) / sizeof(float));
    }
}
