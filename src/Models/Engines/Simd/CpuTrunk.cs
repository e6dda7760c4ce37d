using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>A Llama model's forward pass in managed code, sixteen lanes at a time: packed weights, read by many threads at once.</summary>
/// <remarks>
/// The architecture is Hugging Face's <c>LlamaForCausalLM</c> (Touvron et al. 2023, arXiv 2302.13971), float32, no dropout, and the scalar
/// head of <see cref="ModelLayout"/>. Every number of a row is computed by the same chain of operations whatever else is in the
/// batch, so a row's result has the same bits alone, in any batch, in one piece or token by token.
/// </remarks>
sealed unsafe class CpuTrunk(LlamaConfig config, HeadKind head) : IDisposable
{
    readonly TrunkWeights _weights = new(config, head);
    readonly TokenAttention _attention = new(config);
    readonly int _headSize = config.HeadSize, _heads = config.Heads, _keyValueHeads = config.KeyValueHeads;

    /// <summary>The model's shape.</summary>
    public LlamaConfig Config => config;
    /// <summary>Language model or scalar.</summary>
    public HeadKind Head => head;

    TrunkShape Shape => _weights.Shape;

    /// <summary>Memory for a batch of this model.</summary>
    public TrunkBatch NewBatch() => new(Shape, config);

    /// <summary>Copies weights of the same shape in.</summary>
    public void Load(ModelWeights weights)
    {
        _weights.LoadEnds(weights);
        foreach (var layer in _weights.Layers) layer.Load(weights);
    }

    /// <summary>Computes the outputs of a batch and extends the caches of its sequences.</summary>
    public void Forward(TrunkBatch batch)
    {
        for (var row = 0; row < batch.RowCount; row++)
            _weights.Embed(batch.Rows[row].Token, batch.Hidden + (long)row * Shape.Hidden);
        for (var layer = 0; layer < _weights.Layers.Length; layer++)
        {
            Project(batch, layer);
            // After the last layer's keys and values only the wanted rows go on.
            var isLast = layer == _weights.Layers.Length - 1;
            AttendAll(batch, layer, isLast);
            var rows = isLast ? KeepOutputs(batch) : batch.RowCount;
            _weights.Layers[layer].AttentionOutput.Multiply(batch.Attended, Shape.Hidden, batch.Hidden, Shape.Hidden, rows, Into.Add);
            FeedForward(batch, _weights.Layers[layer], rows);
        }

        _weights.Norm(batch.Hidden, _weights.FinalNorm, batch.Hidden, batch.OutputCount);
        _weights.Read(batch.Hidden, batch.Outputs, batch.OutputCount);
    }

    public void Dispose() => _weights.Dispose();

    /// <summary>Queries, keys and values of all rows.</summary>
    void Project(TrunkBatch batch, int layer)
    {
        _weights.Norm(batch.Hidden, _weights.Layers[layer].AttentionNorm, batch.Normed, batch.RowCount);
        _weights.Layers[layer].QueryKeyValue.Multiply(batch.Normed, Shape.Hidden, batch.Projected, Shape.Projected, batch.RowCount);
    }

    /// <summary>Attention of the wanted rows over the caches, into which the keys and values of all rows go on the way.</summary>
    /// <remarks>A row attends one row after it was stored, when its stores are done.</remarks>
    void AttendAll(TrunkBatch batch, int layer, bool isLast)
    {
        var target = 0;
        for (var row = 0; row <= batch.RowCount; row++)
        {
            if (row < batch.RowCount) Store(batch, layer, row);
            if (row > 0 && (!isLast || target < batch.OutputCount && batch.OutputRows[target] == row - 1))
                Attend(batch, layer, row - 1, target++);
        }
    }

    /// <summary>Turns one row's queries and keys, and stores its keys and values in its sequence's cache.</summary>
    void Store(TrunkBatch batch, int layer, int row)
    {
        var (sequence, _, position) = batch.Rows[row];
        var query = batch.Projected + (long)row * Shape.Projected;
        float* key = query + config.HiddenSize, value = key + Shape.KeyValue;
        _weights.Rotary.Rotate(query, _heads + _keyValueHeads, position); // the keys lie behind the queries
        sequence.Cache!.Store(layer, position, key, value);
    }

    /// <summary>Attention of all heads of one row.</summary>
    /// <param name="layer">Layer, from 0.</param>
    /// <param name="row">The row whose queries are used.</param>
    /// <param name="target">The row of <see cref="TrunkBatch.Attended"/> that is written.</param>
    void Attend(TrunkBatch batch, int layer, int row, int target)
    {
        var (sequence, _, position) = batch.Rows[row];
        var cache = sequence.Cache!;
        float* scores = batch.Scores, shares = batch.Shares;
        var (count, stride) = (position + 1, batch.ScoreStride);
        _attention.Score(batch.Projected + (long)row * Shape.Projected, cache.Keys(layer), count, scores, stride);
        Attention.Softmax(scores, stride, _heads, count, more: 0, shares);
        var attended = batch.Attended + (long)target * Shape.Hidden;
        // Heads that are not in whole vectors would be stored over their neighbours.
        var output = _attention.Width == _headSize ? attended : batch.Heads;
        _attention.Combine(scores, stride, shares, cache.Values(layer), count, output);
        if (output != attended) PanelProduct.Copy(output, _attention.Width, attended, _headSize, _heads, _headSize);
    }

    void FeedForward(TrunkBatch batch, TrunkLayer layer, int rows)
    {
        _weights.Norm(batch.Hidden, layer.FeedForwardNorm, batch.Normed, rows);
        layer.GateUp.Multiply(batch.Normed, Shape.Hidden, batch.GateUp, Shape.GateUp, rows);
        SwiGlu.Forward(
            batch.GateUp, batch.GateUp + Shape.Intermediate, batch.GateUp, rows, Shape.Intermediate, Shape.GateUp, Shape.GateUp);
        layer.Down.Multiply(batch.GateUp, Shape.GateUp, batch.Hidden, Shape.Hidden, rows, Into.Add);
    }

    /// <summary>Moves the residual stream of the wanted rows to the front.</summary>
    int KeepOutputs(TrunkBatch batch)
    {
        for (var output = 0; output < batch.OutputCount; output++)
            new Span<float>(batch.Hidden + (long)batch.OutputRows[output] * Shape.Hidden, Shape.Hidden)
                .CopyTo(new Span<float>(batch.Hidden + (long)output * Shape.Hidden, Shape.Hidden));
        return batch.OutputCount;
    }
}
