using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// The tokens that go through the trunk together, of any sequences at any positions, and the memory for their activations.
/// </summary>
sealed unsafe class TrunkBatch : IDisposable
{
    /// <summary>
    /// Most tokens: enough to load each weight once for many rows, few
    /// enough that the activations stay in the second-level cache.
    /// </summary>
    public const int Capacity = 128;

    readonly NativeBuffer _memory;
    readonly TrunkRow[] _rows = new TrunkRow[Capacity];
    readonly int[] _outputs = new int[Capacity];
    readonly TrunkShape _shape;

    /// <param name="shape">Strides of the activations.</param>
    /// <param name="config">The model's shape.</param>
    public TrunkBatch(TrunkShape shape, LlamaConfig config)
    {
        _shape = shape;
        ScoreStride = TrunkShape.Stride(config.MaxPositions);
        var headWidth = Lanes.RoundUp(config.HeadSize, Lanes.Count);
        var rows = Lanes.RoundUp(Capacity, PanelProduct.RowUnit);
        var rowLength = 3 * shape.Hidden + shape.Projected + shape.GateUp + shape.Output;
        _memory = new NativeBuffer((long)rows * rowLength + (long)config.Heads * (ScoreStride + headWidth + 1));
        Hidden = _memory.Pointer;
        Normed = Hidden + (long)rows * shape.Hidden;
        Attended = Normed + (long)rows * shape.Hidden;
        Projected = Attended + (long)rows * shape.Hidden;
        GateUp = Projected + (long)rows * shape.Projected;
        Outputs = GateUp + (long)rows * shape.GateUp;
        Scores = Outputs + (long)rows * shape.Output;
        Heads = Scores + (long)config.Heads * ScoreStride;
        Shares = Heads + (long)config.Heads * headWidth;
    }

    /// <summary>The residual stream.</summary>
    public float* Hidden { get; }
    /// <summary>The residual stream after a norm.</summary>
    public float* Normed { get; }
    /// <summary>The heads' results side by side.</summary>
    public float* Attended { get; }
    /// <summary>Query, key and value side by side.</summary>
    public float* Projected { get; }
    /// <summary>Gate and up projection side by side.</summary>
    public float* GateUp { get; }
    /// <summary>What the head computed, one row per entry of <see cref="OutputRows"/>.</summary>
    public float* Outputs { get; }
    /// <summary>Attention scores of one token's heads.</summary>
    public float* Scores { get; }
    /// <summary>Stride of the scores from head to head.</summary>
    public int ScoreStride { get; }
    /// <summary>What the heads' weights are multiplied by.</summary>
    public float* Shares { get; }
    /// <summary>One token's results, each head in whole vectors, where heads are not.</summary>
    public float* Heads { get; }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<TrunkRow> Rows => _rows.AsSpan(0, RowCount);
    /// <summary>Number of tokens.</summary>
    public int RowCount { get; private set; }
    /// <summary>Rows whose output is wanted, ascending.</summary>
    public ReadOnlySpan<int> OutputRows => _outputs.AsSpan(0, OutputCount);
    /// <summary>Number of outputs.</summary>
    public int OutputCount { get; private set; }
    /// <summary>Whether no further token fits.</summary>
    public bool IsFull => RowCount == Capacity;

    /// <summary>The token that an output belongs to.</summary>
    public TrunkRow OutputRow(int output) => _rows[_outputs[output]];

    /// <summary>Numbers of an output.</summary>
    public int OutputWidth => _shape.OutputWidth;

    /// <summary>Logits or score of an output.</summary>
    public ReadOnlySpan<float> Output(int output) => new(Outputs + (long)output * _shape.Output, _shape.OutputWidth);

    /// <summary>Starts a new batch.</summary>
    public void Clear() => (RowCount, OutputCount) = (0, 0);

    /// <summary>Adds the sequence's next tokens, as many as fit.</summary>
    public void Feed(TrunkSequence sequence)
    {
        for (; sequence.Fed < sequence.Tokens.Count && !IsFull; sequence.Fed++)
        {
            if (sequence.Fed >= sequence.FirstOutput) _outputs[OutputCount++] = RowCount;
            _rows[RowCount++] = new TrunkRow(sequence, sequence.Tokens[sequence.Fed], sequence.Fed);
        }
    }

    public void Dispose() => _memory.Dispose();
}
