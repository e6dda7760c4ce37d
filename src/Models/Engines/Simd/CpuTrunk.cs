using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A Llama model's forward pass in managed code with 512-bit vectors: packed weights, read by many threads at once.</summary>
/// <remarks>
/// The architecture is Hugging Face's <c>LlamaForCausalLM</c> (Touvron et al. 2023, arXiv 2302.13971), float32, no dropout, and the scalar
/// head of <see cref="ModelLayout"/>. Every number of a row is computed by the same chain of operations whatever else is in the
/// batch, so a row's result has the same bits alone, in any batch, in one piece or token by token.
/// </remarks>
sealed unsafe class CpuTrunk : IDisposable
{
    readonly TrunkShape _shape;
    readonly int _headSize, _heads, _keyValueHeads;
    readonly TrunkLayer[] _layers;
    readonly RotaryTable _rotary;
    readonly NativeBuffer _embedding, _finalNorm;
    readonly PackedMatrix _head;
    float _bias;

    /// <summary>Zero weights.</summary>
    public CpuTrunk(LlamaConfig config, HeadKind head)
    {
        (Config, Head, _shape) = (config, head, new TrunkShape(config, head));
        (_headSize, _heads, _keyValueHeads) = (config.HeadSize, config.Heads, config.KeyValueHeads);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new TrunkLayer(config, _shape, layer))];
        _rotary = new RotaryTable(config);
        _embedding = new NativeBuffer((long)config.VocabularySize * config.HiddenSize);
        _finalNorm = new NativeBuffer(_shape.Hidden);
        _head = new PackedMatrix(_shape.OutputWidth, config.HiddenSize);
    }

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config { get; }
    /// <summary>Language model or scalar.</summary>
    public HeadKind Head { get; }

    /// <summary>Memory for a batch of this model.</summary>
    public TrunkBatch NewBatch() => new(_shape, Config);

    /// <summary>Copies weights of the same shape in.</summary>
    public void Load(ModelWeights weights)
    {
        weights[ModelLayout.Embedding].CopyTo(_embedding.Span);
        foreach (var layer in _layers) layer.Load(weights);
        weights["model.norm.weight"].CopyTo(_finalNorm.Span);
        _head.Pack(0, weights[Head is HeadKind.Scalar ? ModelLayout.ScoreWeight
            : Config.TieWordEmbeddings ? ModelLayout.Embedding : ModelLayout.LanguageModelHead]);
        _bias = Head is HeadKind.Scalar ? weights[ModelLayout.ScoreBias][0] : 0;
    }

    /// <summary>Computes the outputs of a batch and extends the caches of its sequences.</summary>
    public void Forward(TrunkBatch batch)
    {
        Embed(batch);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            Project(batch, layer);
            // After the last layer's keys and values only the wanted rows go on.
            var isLast = layer == _layers.Length - 1;
            var rows = isLast ? KeepOutputs(batch) : batch.RowCount;
            for (var row = 0; row < rows; row++) Attend(batch, layer, isLast ? batch.OutputRows[row] : row, row);
            _layers[layer].AttentionOutput.Multiply(batch.Attended, _shape.Hidden, batch.Hidden, _shape.Hidden, rows, add: true);
            FeedForward(batch, _layers[layer], rows);
        }

        Norm(batch.Hidden, _finalNorm, batch.Hidden, batch.OutputCount);
        _head.Multiply(batch.Hidden, _shape.Hidden, batch.Outputs, _shape.Output, batch.OutputCount);
        if (Head is HeadKind.Scalar)
            for (var output = 0; output < batch.OutputCount; output++) batch.Outputs[(long)output * _shape.Output] += _bias;
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        _rotary.Dispose();
        _embedding.Dispose();
        _finalNorm.Dispose();
        _head.Dispose();
    }

    void Embed(TrunkBatch batch)
    {
        for (var row = 0; row < batch.RowCount; row++)
        {
            var hidden = new Span<float>(batch.Hidden + (long)row * _shape.Hidden, _shape.Hidden);
            new Span<float>(_embedding.Pointer + (long)batch.Rows[row].Token * Config.HiddenSize, Config.HiddenSize).CopyTo(hidden);
            hidden[Config.HiddenSize..].Clear(); // a row that was not finite leaves NaN there
        }
    }

    /// <summary>Queries, keys and values of all rows; the keys and values go into the caches.</summary>
    void Project(TrunkBatch batch, int layer)
    {
        Norm(batch.Hidden, _layers[layer].AttentionNorm, batch.Normed, batch.RowCount);
        _layers[layer].QueryKeyValue.Multiply(batch.Normed, _shape.Hidden, batch.Projected, _shape.Projected, batch.RowCount);
        for (var row = 0; row < batch.RowCount; row++)
        {
            var (sequence, _, position) = batch.Rows[row];
            var query = batch.Projected + (long)row * _shape.Projected;
            float* key = query + Config.HiddenSize, value = key + _shape.KeyValue;
            for (var head = 0; head < _heads; head++) _rotary.Rotate(query + head * _headSize, position);
            for (var head = 0; head < _keyValueHeads; head++, key += _headSize, value += _headSize)
            {
                _rotary.Rotate(key, position);
                sequence.Cache!.Store(layer, head, position, key, value);
            }
        }
    }

    /// <summary>Attention of all heads of one row.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="row">The row whose queries are used.</param>
    /// <param name="target">The row of <see cref="TrunkBatch.Attended"/> that is written.</param>
    void Attend(TrunkBatch batch, int layer, int row, int target)
    {
        var (sequence, _, position) = batch.Rows[row];
        var cache = sequence.Cache!;
        var (count, stride) = (position + 1, batch.ScoreStride);
        float* query = batch.Projected + (long)row * _shape.Projected, attended = batch.Attended + (long)target * _shape.Hidden;
        var (group, width) = (_heads / _keyValueHeads, Lanes.RoundUp(_headSize, Lanes.Count));
        var scale = 1 / MathF.Sqrt(_headSize);
        for (var head = 0; head < _heads; head++)
            Attention.Score(
                query + head * _headSize, cache.Keys(layer, head / group), count, _headSize, scale, batch.Scores + (long)head * stride);
        for (var head = 0; head < _heads; head++) Attention.Softmax(batch.Scores + (long)head * stride, count);
        for (var head = 0; head < _heads; head++)
        {
            // A head that is not in whole vectors would be stored over its neighbour.
            var output = width == _headSize ? attended + head * _headSize : batch.Head;
            Attention.Combine(batch.Scores + (long)head * stride, cache.Values(layer, head / group), count, width, output);
            if (width != _headSize) new Span<float>(output, _headSize).CopyTo(new Span<float>(attended + head * _headSize, _headSize));
        }
    }

    void FeedForward(TrunkBatch batch, TrunkLayer layer, int rows)
    {
        Norm(batch.Hidden, layer.FeedForwardNorm, batch.Normed, rows);
        layer.GateUp.Multiply(batch.Normed, _shape.Hidden, batch.GateUp, _shape.GateUp, rows);
        SwiGlu.Forward(
            batch.GateUp, batch.GateUp + _shape.Intermediate, batch.GateUp, rows, _shape.Intermediate, _shape.GateUp, _shape.GateUp);
        layer.Down.Multiply(batch.GateUp, _shape.GateUp, batch.Hidden, _shape.Hidden, rows, add: true);
    }

    /// <summary>Moves the residual stream of the wanted rows to the front.</summary>
    int KeepOutputs(TrunkBatch batch)
    {
        for (var output = 0; output < batch.OutputCount; output++)
            new Span<float>(batch.Hidden + (long)batch.OutputRows[output] * _shape.Hidden, _shape.Hidden)
                .CopyTo(new Span<float>(batch.Hidden + (long)output * _shape.Hidden, _shape.Hidden));
        return batch.OutputCount;
    }

    void Norm(float* x, NativeBuffer weight, float* y, int rows) =>
        RmsNorm.Forward(x, weight.Pointer, y, rows, Config.HiddenSize, _shape.Hidden, (float)Config.RmsNormEpsilon);
}
