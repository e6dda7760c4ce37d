using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>What the forward pass over some rows of tokens leaves for the way back, and memory for the derivatives.</summary>
/// <remarks>
/// Legend: N tokens, R of them with an output. After the last layer's keys and values only the R rows go on. Rows are padded to
/// <see cref="PanelProduct.RowUnit"/>; what lies between a row's end and its stride is zero,
/// but for the outputs, where the model of another head may have left numbers that nobody reads.
/// </remarks>
sealed unsafe class TrunkTape : IDisposable
{
    readonly NativeBuffer _memory;

    /// <param name="capacity">Most tokens.</param>
    public TrunkTape(TrunkShape shape, LlamaConfig config, int capacity)
    {
        Capacity = capacity;
        long rows = Lanes.RoundUp(capacity, PanelProduct.RowUnit);
        long hidden = rows * shape.Hidden, projected = rows * shape.Projected, gateUp = rows * shape.GateUp;
        long activated = rows * shape.Activated, outputs = rows * shape.Output;
        _memory = new NativeBuffer(config.Layers * (6 * hidden + projected + gateUp + activated)
            + 5 * hidden + projected + gateUp + activated + outputs);
        var next = _memory.Pointer;
        float* Take(long length)
        {
            var taken = next;
            next += length;
            return taken;
        }
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerTape(
            Take(hidden), Take(hidden), Take(projected), Take(hidden), Take(hidden), Take(hidden), Take(gateUp), Take(activated)))];
        Final = Take(hidden);
        FinalNormed = Take(hidden);
        Outputs = Take(outputs);
        DHidden = Take(hidden);
        DNormed = Take(hidden);
        DAttended = Take(hidden);
        DProjected = Take(projected);
        DGateUp = Take(gateUp);
        DActivated = Take(activated);
    }

    /// <summary>Most tokens.</summary>
    public int Capacity { get; }
    /// <summary>What each layer leaves.</summary>
    public LayerTape[] Layers { get; }
    /// <summary>(R, C) after the last layer.</summary>
    public float* Final { get; }
    /// <summary>(R, C) after the last norm.</summary>
    public float* FinalNormed { get; }
    /// <summary>(R, V) logits or (R, 1) scores; on the way back their derivatives.</summary>
    public float* Outputs { get; }
    /// <summary>Derivative by the residual stream, (N, C).</summary>
    public float* DHidden { get; }
    /// <summary>Derivative by what a norm gave, (N, C).</summary>
    public float* DNormed { get; }
    /// <summary>Derivative by what attention gave, (N, C).</summary>
    public float* DAttended { get; }
    /// <summary>Derivative by query, key and value, (N, C + 2 · K · D).</summary>
    public float* DProjected { get; }
    /// <summary>Derivative by gate and up projection, (N, 2 · F).</summary>
    public float* DGateUp { get; }
    /// <summary>Derivative by the gated unit, (N, F).</summary>
    public float* DActivated { get; }

    public void Dispose() => _memory.Dispose();
}

/// <summary>What the forward pass of one layer leaves; the rows from <see cref="Attended"/> on are R in the last layer.</summary>
/// <param name="input">(N, C) residual stream before the layer.</param>
/// <param name="normed">(N, C) after the first norm.</param>
/// <param name="projected">(N, C + 2 · K · D) query, key, value, turned.</param>
/// <param name="attended">(N, C) the heads' results side by side.</param>
/// <param name="middle">(N, C) residual stream after attention.</param>
/// <param name="middleNormed">(N, C) after the second norm.</param>
/// <param name="gateUp">(N, 2 · F) gate and up projection.</param>
/// <param name="activated">(N, F) the gated unit.</param>
sealed unsafe class LayerTape(
    float* input, float* normed, float* projected, float* attended, float* middle, float* middleNormed, float* gateUp, float* activated)
{
    public float* Input { get; } = input;
    public float* Normed { get; } = normed;
    public float* Projected { get; } = projected;
    public float* Attended { get; } = attended;
    public float* Middle { get; } = middle;
    public float* MiddleNormed { get; } = middleNormed;
    public float* GateUp { get; } = gateUp;
    public float* Activated { get; } = activated;
}
