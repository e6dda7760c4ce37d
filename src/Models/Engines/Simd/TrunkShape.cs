using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Row strides of the activations: each matrix product's outputs
/// rounded up to whole panels, so that kernels never need a remainder.
/// </summary>
sealed class TrunkShape
{
    const int HalfPage = 2048 / sizeof(float);

    /// <exception cref="ArgumentException">The heads do not fit the hidden size.</exception>
    public TrunkShape(LlamaConfig config, HeadKind head)
    {
        if (config.HiddenSize % config.Heads != 0 || config.HeadSize % 2 != 0 || config.Heads % config.KeyValueHeads != 0)
            throw new ArgumentException(
                $"hidden size {config.HiddenSize}, {config.Heads} heads and {config.KeyValueHeads} key/value heads do not fit together: " +
                "the heads must divide the hidden size into even parts and the key/value heads must divide the heads");
        KeyValue = config.KeyValueHeads * config.HeadSize;
        Hidden = Stride(config.HiddenSize);
        Projected = Stride(config.HiddenSize + 2 * KeyValue);
        Intermediate = Lanes.RoundUp(config.IntermediateSize, Lanes.Count);
        GateUp = Stride(2 * Intermediate);
        Activated = Stride(config.IntermediateSize);
        OutputWidth = head is HeadKind.Scalar ? 1 : config.VocabularySize;
        Output = Stride(OutputWidth);
    }

    /// <summary>K · D, the width of all keys of a token.</summary>
    public int KeyValue { get; }
    /// <summary>Stride of (rows, C).</summary>
    public int Hidden { get; }
    /// <summary>Stride of query, key and value side by side.</summary>
    public int Projected { get; }
    /// <summary>F in whole vectors: where the up projection begins.</summary>
    public int Intermediate { get; }
    /// <summary>Stride of gate and up projection side by side.</summary>
    public int GateUp { get; }
    /// <summary>Stride of the gated unit where it has rows of its own.</summary>
    public int Activated { get; }
    /// <summary>Numbers of an output: V, or 1 for a scalar head.</summary>
    public int OutputWidth { get; }
    /// <summary>Stride of the outputs.</summary>
    public int Output { get; }

    /// <summary>Floats from one row of so many to the next.</summary>
    public static int Stride(int width)
    {
        var panels = Lanes.RoundUp(width, PanelProduct.Columns);
        // Rows that lie a multiple of half a page apart compete for the same places of the first-level cache.
        return panels % HalfPage == 0 ? panels + Lanes.Count : panels;
    }
}
