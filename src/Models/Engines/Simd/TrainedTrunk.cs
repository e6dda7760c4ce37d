using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The forward and backward passes of one thread, and what they need besides the weights.</summary>
/// <remarks>
/// The forward pass is <see cref="CpuTrunk"/>'s, number by number, so what is trained is what samples, bit for bit. The gradient of a
/// weight is one chain over the tokens in their order, whatever tokens are computed together; only where embedding and head are one
/// matrix does the cut into calls decide in which order their two parts are added.
/// </remarks>
sealed unsafe class TrainedTrunk : IDisposable
{
    readonly LlamaConfig _config;
    readonly TrunkShape _shape;
    readonly SequenceAttention _attention;
    readonly BackwardProduct _back;
    readonly WeightGradient _gradient = new();
    readonly NativeBuffer _dNorms;                    // gradients of the norms' weights, in whole vectors: two a layer, and the last
    TrunkTape? _tape;

    /// <param name="config">Shape of the models, of either head.</param>
    public TrainedTrunk(LlamaConfig config)
    {
        // The outputs of a language model are the wider ones.
        (_config, _shape) = (config, new TrunkShape(config, HeadKind.LanguageModel));
        (_attention, _back) = (new SequenceAttention(_config, _shape), new BackwardProduct(_config, _shape));
        _dNorms = new NativeBuffer((2L * _config.Layers + 1) * _shape.Hidden);
    }

    float Epsilon => (float)_config.RmsNormEpsilon;

    /// <summary>Computes outputs; what they were made of stays for <see cref="Backward"/>.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="rows">Tokens.</param>
    /// <returns>(R, V) logits or (R, 1) scores, rows of the model's <see cref="TrunkShape.Output"/>.</returns>
    public float* Forward(TrunkWeights weights, TokenRows rows)
    {
        var tape = TapeFor(rows.Tokens.Length);
        for (var row = 0; row < rows.Tokens.Length; row++)
            weights.Embed(rows.Tokens[row], tape.Layers[0].Input + (long)row * _shape.Hidden);
        for (var i = 0; i < _config.Layers; i++)
        {
            var isLast = i == _config.Layers - 1;
            LayerForward(weights, rows, tape, i, isLast ? tape.Final : tape.Layers[i + 1].Input, isLast);
        }
        weights.Norm(tape.Final, weights.FinalNorm, tape.FinalNormed, rows.Outputs);
        weights.Read(tape.FinalNormed, tape.Outputs, rows.Outputs);
        return tape.Outputs;
    }

    /// <summary>Forgets the gradients.</summary>
    /// <param name="gradient">All of them, in the layout of the weights.</param>
    public void Begin(Span<float> gradient)
    {
        gradient.Clear();
        _dNorms.Span.Clear();
    }

    /// <summary>Adds gradients, from the derivatives by what <see cref="Forward"/> gave, which are in its place.</summary>
    /// <param name="model">That it was called for.</param>
    /// <param name="rows">The tokens that it was called for.</param>
    /// <param name="weights">The model's, as the optimiser keeps them.</param>
    /// <param name="gradient">All gradients, in the layout of the weights; those of norms come by <see cref="End"/>.</param>
    public void Backward(TrainedWeights model, TokenRows rows, float* weights, float* gradient)
    {
        var tape = _tape!;
        OutputBackward(model, rows, tape, weights, gradient);
        Clear(tape.DHidden, rows.Outputs);
        NormBackward(tape.Final, model.Forward.FinalNorm, tape, 2 * _config.Layers, rows.Outputs);
        for (var i = _config.Layers - 1; i >= 0; i--) LayerBackward(model, rows, tape, i, weights, gradient);
        for (var row = 0; row < rows.Tokens.Length; row++)
            VectorMath.Add(
                new ReadOnlySpan<float>(tape.DHidden + (long)row * _shape.Hidden, _config.HiddenSize),
                new Span<float>(gradient + model.EmbeddingAt + (long)rows.Tokens[row] * _config.HiddenSize, _config.HiddenSize));
    }

    /// <summary>Writes the gradients of the norms since <see cref="Begin"/> to the others.</summary>
    public void End(TrainedWeights model, Span<float> gradient)
    {
        for (var i = 0; i < _config.Layers; i++)
        {
            Put(2 * i, model.Layers[i].AttentionNorm, gradient);
            Put(2 * i + 1, model.Layers[i].FeedForwardNorm, gradient);
        }
        Put(2 * _config.Layers, model.FinalNormAt, gradient);
    }

    public void Dispose()
    {
        _attention.Dispose();
        _back.Dispose();
        _gradient.Dispose();
        _dNorms.Dispose();
        _tape?.Dispose();
    }

    void Put(int norm, int at, Span<float> gradient) =>
        new Span<float>(DNorm(norm), _config.HiddenSize).CopyTo(gradient[at..]);

    float* DNorm(int norm) => _dNorms.Pointer + (long)norm * _shape.Hidden;

    TrunkTape TapeFor(int tokens)
    {
        if (_tape is { } tape && tape.Capacity >= tokens) return tape;
        _tape?.Dispose();
        return _tape = new TrunkTape(_shape, _config, Lanes.RoundUp(tokens, 64)); // groups grow little by little
    }

    void LayerForward(TrunkWeights weights, TokenRows rows, TrunkTape tape, int index, float* output, bool isLast)
    {
        var (layer, at, count) = (weights.Layers[index], tape.Layers[index], rows.Tokens.Length);
        weights.Norm(at.Input, layer.AttentionNorm, at.Normed, count);
        layer.QueryKeyValue.Multiply(at.Normed, _shape.Hidden, at.Projected, _shape.Projected, count);
        foreach (var sequence in rows.Sequences)
        {
            var projected = at.Projected + (long)sequence.Row * _shape.Projected;
            Turn(weights.Rotary, projected, sequence.Length, back: false);
            var (first, row) = isLast ? (sequence.First, sequence.Output) : (0, sequence.Row);
            _attention.Forward(projected, sequence.Length, first, at.Attended + (long)row * _shape.Hidden);
            Copy(at.Input + (long)(sequence.Row + first) * _shape.Hidden, at.Middle + (long)row * _shape.Hidden, sequence.Length - first);
        }
        if (isLast) count = rows.Outputs;
        layer.AttentionOutput.Multiply(at.Attended, _shape.Hidden, at.Middle, _shape.Hidden, count, Into.Add);
        weights.Norm(at.Middle, layer.FeedForwardNorm, at.MiddleNormed, count);
        layer.GateUp.Multiply(at.MiddleNormed, _shape.Hidden, at.GateUp, _shape.GateUp, count);
        SwiGlu.Forward(at.GateUp, at.GateUp + _shape.Intermediate, at.Activated, count,
            _shape.Intermediate, _shape.GateUp, _shape.Activated);
        Copy(at.Middle, output, count);
        layer.Down.Multiply(at.Activated, _shape.Activated, output, _shape.Hidden, count, Into.Add);
    }

    /// <summary>From the derivative by a layer's output to that by its input, both in <see cref="TrunkTape.DHidden"/>.</summary>
    void LayerBackward(TrainedWeights model, TokenRows rows, TrunkTape tape, int index, float* weights, float* gradient)
    {
        var (layer, at, offsets, isLast) = (
            model.Forward.Layers[index], tape.Layers[index], model.Layers[index], index == _config.Layers - 1);
        int count = isLast ? rows.Outputs : rows.Tokens.Length, hidden = _config.HiddenSize, f = _config.IntermediateSize;
        _back.Multiply(
            tape.DHidden, _shape.Hidden, weights + offsets.Down, hidden, f, tape.DActivated, _shape.Activated, count);
        _gradient.Add(tape.DHidden, _shape.Hidden, at.Activated, _shape.Activated, count, gradient + offsets.Down, hidden, f);
        SwiGlu.Backward(at.GateUp, at.GateUp + _shape.Intermediate, tape.DActivated, tape.DGateUp, tape.DGateUp + _shape.Intermediate,
            count, _shape.Intermediate, _shape.GateUp, _shape.Activated);
        _back.Multiply(tape.DGateUp, _shape.GateUp, weights + offsets.Gate, f, hidden, tape.DNormed, _shape.Hidden, count);
        _back.Multiply(tape.DGateUp + _shape.Intermediate, _shape.GateUp, weights + offsets.Up, f, hidden,
            tape.DNormed, _shape.Hidden, count, Into.Continue);
        _gradient.Add(tape.DGateUp, _shape.GateUp, at.MiddleNormed, _shape.Hidden, count, gradient + offsets.Gate, f, hidden);
        _gradient.Add(
            tape.DGateUp + _shape.Intermediate, _shape.GateUp, at.MiddleNormed, _shape.Hidden, count, gradient + offsets.Up, f, hidden);
        NormBackward(at.Middle, layer.FeedForwardNorm, tape, 2 * index + 1, count);

        _back.Multiply(tape.DHidden, _shape.Hidden, weights + offsets.AttentionOutput, hidden, hidden,
            tape.DAttended, _shape.Hidden, count);
        _gradient.Add(
            tape.DHidden, _shape.Hidden, at.Attended, _shape.Hidden, count, gradient + offsets.AttentionOutput, hidden, hidden);
        AttentionBackward(model.Forward.Rotary, rows, tape, at, isLast);
        count = rows.Tokens.Length;
        _back.Multiply(tape.DProjected, _shape.Projected, weights + offsets.QueryKeyValue, hidden + 2 * _shape.KeyValue, hidden,
            tape.DNormed, _shape.Hidden, count);
        _gradient.Add(tape.DProjected, _shape.Projected, at.Normed, _shape.Hidden, count,
            gradient + offsets.QueryKeyValue, hidden + 2 * _shape.KeyValue, hidden);
        if (isLast) SpreadOutputs(rows, tape.DHidden);
        NormBackward(at.Input, layer.AttentionNorm, tape, 2 * index, count);
    }

    void NormBackward(float* x, NativeBuffer weight, TrunkTape tape, int norm, int rows) =>
        RmsNorm.Backward(
            x, weight.Pointer, tape.DNormed, tape.DHidden, DNorm(norm), rows, _config.HiddenSize, _shape.Hidden, Epsilon);

    void AttentionBackward(RotaryTable rotary, TokenRows rows, TrunkTape tape, LayerTape at, bool isLast)
    {
        new Span<float>(tape.DProjected, rows.Tokens.Length * _shape.Projected).Clear();
        foreach (var sequence in rows.Sequences)
        {
            var (first, row) = isLast ? (sequence.First, sequence.Output) : (0, sequence.Row);
            var dProjected = tape.DProjected + (long)sequence.Row * _shape.Projected;
            _attention.Backward(at.Projected + (long)sequence.Row * _shape.Projected, sequence.Length, first,
                tape.DAttended + (long)row * _shape.Hidden, dProjected);
            Turn(rotary, dProjected, sequence.Length, back: true);
        }
    }

    void OutputBackward(TrainedWeights model, TokenRows rows, TrunkTape tape, float* weights, float* gradient)
    {
        var (stride, width) = (model.Forward.Shape.Output, model.Forward.Shape.OutputWidth);
        _back.Multiply(tape.Outputs, stride, weights + model.OutputAt, width, _config.HiddenSize,
            tape.DNormed, _shape.Hidden, rows.Outputs);
        _gradient.Add(tape.Outputs, stride, tape.FinalNormed, _shape.Hidden, rows.Outputs,
            gradient + model.OutputAt, width, _config.HiddenSize);
        if (model.BiasAt is not { } bias) return;
        for (var output = 0; output < rows.Outputs; output++) gradient[bias] += tape.Outputs[(long)output * stride];
    }

    /// <summary>Moves the rows of outputs to those of their tokens, and zeroes the others.</summary>
    void SpreadOutputs(TokenRows rows, float* dHidden)
    {
        for (var i = rows.Sequences.Count - 1; i >= 0; i--)
        {
            var (row, length, first, output) = rows.Sequences[i];
            // A token's row is never before its output's, so from behind nothing is overwritten that is still to be moved.
            for (var position = length - 1; position >= first; position--)
                Copy(dHidden + (long)(output + position - first) * _shape.Hidden, dHidden + (long)(row + position) * _shape.Hidden, 1);
            Clear(dHidden + (long)row * _shape.Hidden, first);
        }
    }

    void Turn(RotaryTable rotary, float* projected, int length, bool back)
    {
        var heads = _config.Heads + _config.KeyValueHeads;   // keys lie behind the queries
        for (var position = 0; position < length; position++, projected += _shape.Projected)
            if (back) rotary.RotateBack(projected, heads, position);
            else rotary.Rotate(projected, heads, position);
    }

    void Copy(float* source, float* target, int rows) =>
        new Span<float>(source, rows * _shape.Hidden).CopyTo(new Span<float>(target, rows * _shape.Hidden));

    void Clear(float* target, int rows) => new Span<float>(target, rows * _shape.Hidden).Clear();
}
