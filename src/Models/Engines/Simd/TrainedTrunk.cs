using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A Llama model forward and backward: the weights as both ways read them, and the gradients of what was computed.</summary>
/// <remarks>
/// The forward pass is <see cref="CpuTrunk"/>'s, number by number, so what is trained is what samples, bit for bit. The gradient of a
/// weight is one chain over the tokens in their order, whatever tokens are computed together. One thread at a time.
/// </remarks>
sealed unsafe class TrainedTrunk : IDisposable
{
    readonly LlamaConfig _config;
    readonly HeadKind _head;
    readonly TrunkShape _shape;
    readonly IReadOnlyList<ParameterSpec> _layout;
    readonly TrainedLayer[] _layers;
    readonly RotaryTable _rotary;
    readonly SequenceAttention _attention;
    readonly NativeBuffer _embedding, _finalNorm, _dFinalNorm, _score, _gradient;
    readonly PackedMatrix _output, _outputBack;
    readonly float* _dEmbedding, _dOutput, _dBias;
    float _bias;

    /// <summary>Zero weights.</summary>
    public TrainedTrunk(LlamaConfig config, HeadKind head)
    {
        (_config, _head, _shape, _layout) = (config, head, new TrunkShape(config, head), ModelLayout.Of(config, head));
        _gradient = new NativeBuffer(_layout.Sum(parameter => (long)parameter.Length));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => new TrainedLayer(config, _shape, i, Gradient))];
        (_rotary, _attention) = (new RotaryTable(config), new SequenceAttention(config, _shape));
        _embedding = new NativeBuffer((long)config.VocabularySize * config.HiddenSize);
        (_finalNorm, _dFinalNorm, _score) = (new(_shape.Hidden), new(_shape.Hidden), new(_shape.Hidden));
        _output = new PackedMatrix(_shape.OutputWidth, config.HiddenSize);
        _outputBack = new PackedMatrix(config.HiddenSize, _shape.OutputWidth);
        _dEmbedding = Gradient(ModelLayout.Embedding);
        _dOutput = Gradient(OutputName);
        if (head is HeadKind.Scalar) _dBias = Gradient(ModelLayout.ScoreBias);
    }

    /// <summary>Strides of the activations.</summary>
    public TrunkShape Shape => _shape;

    string OutputName => _head is HeadKind.Scalar ? ModelLayout.ScoreWeight
        : _config.TieWordEmbeddings ? ModelLayout.Embedding : ModelLayout.LanguageModelHead;

    float Epsilon => (float)_config.RmsNormEpsilon;

    /// <summary>Copies weights of the same shape in.</summary>
    public void Load(ModelWeights weights)
    {
        weights[ModelLayout.Embedding].CopyTo(_embedding.Span);
        foreach (var layer in _layers) layer.Load(weights);
        weights["model.norm.weight"].CopyTo(_finalNorm.Span);
        _output.Pack(0, weights[OutputName]);
        if (_head is HeadKind.Scalar)
        {
            weights[ModelLayout.ScoreWeight].CopyTo(_score.Span);
            _bias = weights[ModelLayout.ScoreBias][0];
        }
        else _outputBack.PackTransposed(0, weights[OutputName], _config.HiddenSize);
    }

    /// <summary>Computes <see cref="TrunkTape.Outputs"/>.</summary>
    public void Forward(TokenRows rows, TrunkTape tape)
    {
        Embed(rows, tape.Layers[0].Input);
        for (var i = 0; i < _layers.Length; i++)
        {
            var isLast = i == _layers.Length - 1;
            LayerForward(rows, tape, _layers[i], tape.Layers[i], isLast ? tape.Final : tape.Layers[i + 1].Input, isLast);
        }
        RmsNorm.Forward(tape.Final, _finalNorm.Pointer, tape.FinalNormed, rows.Outputs, _config.HiddenSize, _shape.Hidden, Epsilon);
        _output.Multiply(tape.FinalNormed, _shape.Hidden, tape.Outputs, _shape.Output, rows.Outputs);
        if (_head is HeadKind.Scalar)
            for (var output = 0; output < rows.Outputs; output++) tape.Outputs[(long)output * _shape.Output] += _bias;
    }

    /// <summary>Adds the gradients, from the derivatives by <see cref="TrunkTape.Outputs"/>, which are in their place.</summary>
    public void Backward(TokenRows rows, TrunkTape tape)
    {
        OutputBackward(rows, tape);
        Clear(tape.DHidden, rows.Outputs);
        RmsNorm.Backward(tape.Final, _finalNorm.Pointer, tape.DNormed, tape.DHidden, _dFinalNorm.Pointer,
            rows.Outputs, _config.HiddenSize, _shape.Hidden, Epsilon);
        for (var i = _layers.Length - 1; i >= 0; i--)
            LayerBackward(rows, tape, _layers[i], tape.Layers[i], isLast: i == _layers.Length - 1);
        for (var row = 0; row < rows.Tokens.Length; row++)
            VectorMath.Add(
                new ReadOnlySpan<float>(tape.DHidden + (long)row * _shape.Hidden, _config.HiddenSize),
                new Span<float>(_dEmbedding + (long)rows.Tokens[row] * _config.HiddenSize, _config.HiddenSize));
    }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        _gradient.Span.Clear();
        _dFinalNorm.Span.Clear();
        foreach (var layer in _layers) layer.ZeroGradients();
    }

    /// <summary>Adds the gradients to numbers in the layout of the weights.</summary>
    public void AddGradientsTo(float[] sum)
    {
        VectorMath.Add(_gradient.Span, sum);
        AddNorm("model.norm.weight", _dFinalNorm);
        foreach (var layer in _layers)
        {
            AddNorm(layer.AttentionNormName, layer.DAttentionNorm);
            AddNorm(layer.FeedForwardNormName, layer.DFeedForwardNorm);
        }

        void AddNorm(string name, NativeBuffer gradient)
        {
            var parameter = _layout.Single(one => one.Name == name);
            VectorMath.Add(gradient.Span[..parameter.Length], sum.AsSpan(parameter.Offset, parameter.Length));
        }
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        foreach (var owned in (IDisposable[])
            [_rotary, _attention, _embedding, _finalNorm, _dFinalNorm, _score, _gradient, _output, _outputBack])
            owned.Dispose();
    }

    float* Gradient(string name) => _gradient.Pointer + _layout.Single(parameter => parameter.Name == name).Offset;

    void Embed(TokenRows rows, float* hidden)
    {
        for (var row = 0; row < rows.Tokens.Length; row++, hidden += _shape.Hidden)
        {
            var target = new Span<float>(hidden, _shape.Hidden);
            new Span<float>(_embedding.Pointer + (long)rows.Tokens[row] * _config.HiddenSize, _config.HiddenSize).CopyTo(target);
            target[_config.HiddenSize..].Clear(); // a row that was not finite leaves NaN there
        }
    }

    void LayerForward(TokenRows rows, TrunkTape tape, TrainedLayer layer, LayerTape at, float* output, bool isLast)
    {
        var count = rows.Tokens.Length;
        RmsNorm.Forward(at.Input, layer.Forward.AttentionNorm.Pointer, at.Normed, count, _config.HiddenSize, _shape.Hidden, Epsilon);
        layer.Forward.QueryKeyValue.Multiply(at.Normed, _shape.Hidden, at.Projected, _shape.Projected, count);
        foreach (var sequence in rows.Sequences)
        {
            var projected = at.Projected + (long)sequence.Row * _shape.Projected;
            Turn(projected, sequence.Length, back: false);
            var (first, row) = isLast ? (sequence.First, sequence.Output) : (0, sequence.Row);
            _attention.Forward(projected, sequence.Length, first, at.Attended + (long)row * _shape.Hidden);
            Copy(at.Input + (long)(sequence.Row + first) * _shape.Hidden, at.Middle + (long)row * _shape.Hidden, sequence.Length - first);
        }
        if (isLast) count = rows.Outputs;
        layer.Forward.AttentionOutput.Multiply(at.Attended, _shape.Hidden, at.Middle, _shape.Hidden, count, add: true);
        RmsNorm.Forward(
            at.Middle, layer.Forward.FeedForwardNorm.Pointer, at.MiddleNormed, count, _config.HiddenSize, _shape.Hidden, Epsilon);
        layer.Forward.GateUp.Multiply(at.MiddleNormed, _shape.Hidden, at.GateUp, _shape.GateUp, count);
        SwiGlu.Forward(at.GateUp, at.GateUp + _shape.Intermediate, at.Activated, count,
            _shape.Intermediate, _shape.GateUp, tape.ActivatedStride);
        Copy(at.Middle, output, count);
        layer.Forward.Down.Multiply(at.Activated, tape.ActivatedStride, output, _shape.Hidden, count, add: true);
    }

    /// <summary>From the derivative by a layer's output to that by its input, both in <see cref="TrunkTape.DHidden"/>.</summary>
    void LayerBackward(TokenRows rows, TrunkTape tape, TrainedLayer layer, LayerTape at, bool isLast)
    {
        int count = isLast ? rows.Outputs : rows.Tokens.Length, hidden = _config.HiddenSize, f = _config.IntermediateSize;
        layer.DownBack.Multiply(tape.DHidden, _shape.Hidden, tape.DActivated, tape.ActivatedStride, count);
        WeightGradient.Add(tape.DHidden, _shape.Hidden, at.Activated, tape.ActivatedStride, count, layer.DDown, hidden, f);
        SwiGlu.Backward(at.GateUp, at.GateUp + _shape.Intermediate, tape.DActivated, tape.DGateUp, tape.DGateUp + _shape.Intermediate,
            count, _shape.Intermediate, _shape.GateUp, tape.ActivatedStride);
        layer.GateUpBack.Multiply(tape.DGateUp, _shape.GateUp, tape.DNormed, _shape.Hidden, count);
        WeightGradient.Add(tape.DGateUp, _shape.GateUp, at.MiddleNormed, _shape.Hidden, count, layer.DGate, f, hidden);
        WeightGradient.Add(
            tape.DGateUp + _shape.Intermediate, _shape.GateUp, at.MiddleNormed, _shape.Hidden, count, layer.DUp, f, hidden);
        RmsNorm.Backward(at.Middle, layer.Forward.FeedForwardNorm.Pointer, tape.DNormed, tape.DHidden, layer.DFeedForwardNorm.Pointer,
            count, hidden, _shape.Hidden, Epsilon);

        layer.AttentionOutputBack.Multiply(tape.DHidden, _shape.Hidden, tape.DAttended, _shape.Hidden, count);
        WeightGradient.Add(tape.DHidden, _shape.Hidden, at.Attended, _shape.Hidden, count, layer.DAttentionOutput, hidden, hidden);
        AttentionBackward(rows, tape, at, isLast);
        count = rows.Tokens.Length;
        layer.QueryKeyValueBack.Multiply(tape.DProjected, _shape.Projected, tape.DNormed, _shape.Hidden, count);
        WeightGradient.Add(tape.DProjected, _shape.Projected, at.Normed, _shape.Hidden, count, layer.DQuery, hidden, hidden);
        WeightGradient.Add(
            tape.DProjected + hidden, _shape.Projected, at.Normed, _shape.Hidden, count, layer.DKey, _shape.KeyValue, hidden);
        WeightGradient.Add(tape.DProjected + hidden + _shape.KeyValue, _shape.Projected, at.Normed, _shape.Hidden, count,
            layer.DValue, _shape.KeyValue, hidden);
        if (isLast) SpreadOutputs(rows, tape.DHidden);
        RmsNorm.Backward(at.Input, layer.Forward.AttentionNorm.Pointer, tape.DNormed, tape.DHidden, layer.DAttentionNorm.Pointer,
            count, hidden, _shape.Hidden, Epsilon);
    }

    void AttentionBackward(TokenRows rows, TrunkTape tape, LayerTape at, bool isLast)
    {
        new Span<float>(tape.DProjected, rows.Tokens.Length * _shape.Projected).Clear();
        foreach (var sequence in rows.Sequences)
        {
            var (first, row) = isLast ? (sequence.First, sequence.Output) : (0, sequence.Row);
            var dProjected = tape.DProjected + (long)sequence.Row * _shape.Projected;
            _attention.Backward(at.Projected + (long)sequence.Row * _shape.Projected, sequence.Length, first,
                tape.DAttended + (long)row * _shape.Hidden, dProjected);
            Turn(dProjected, sequence.Length, back: true);
        }
    }

    void OutputBackward(TokenRows rows, TrunkTape tape)
    {
        if (_head is HeadKind.LanguageModel)
        {
            _outputBack.Multiply(tape.Outputs, _shape.Output, tape.DNormed, _shape.Hidden, rows.Outputs);
            WeightGradient.Add(tape.Outputs, _shape.Output, tape.FinalNormed, _shape.Hidden, rows.Outputs,
                _dOutput, _config.VocabularySize, _config.HiddenSize);
            return;
        }
        for (var output = 0; output < rows.Outputs; output++)
        {
            var gradient = tape.Outputs[(long)output * _shape.Output];
            float* normed = tape.FinalNormed + (long)output * _shape.Hidden, dNormed = tape.DNormed + (long)output * _shape.Hidden;
            for (var i = 0; i < _config.HiddenSize; i++)
            {
                dNormed[i] = gradient * _score.Pointer[i];
                _dOutput[i] = MathF.FusedMultiplyAdd(gradient, normed[i], _dOutput[i]);
            }
            *_dBias += gradient;
        }
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

    void Turn(float* projected, int length, bool back)
    {
        var heads = _config.Heads + _config.KeyValueHeads;   // keys lie behind the queries
        for (var position = 0; position < length; position++, projected += _shape.Projected)
            for (var head = 0; head < heads; head++)
                if (back) _rotary.RotateBack(projected + head * _config.HeadSize, position);
                else _rotary.Rotate(projected + head * _config.HeadSize, position);
    }

    void Copy(float* source, float* target, int rows) =>
        new Span<float>(source, rows * _shape.Hidden).CopyTo(new Span<float>(target, rows * _shape.Hidden));

    void Clear(float* target, int rows) => new Span<float>(target, rows * _shape.Hidden).Clear();
}
