using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Causal attention of one sequence's tokens, forward and backward, with memory for one key/value head at a time.</summary>
/// <remarks>
/// No (T, T) matrix is kept: the way back computes the weights of eight queries again (Dao et al. 2022, arXiv 2205.14135, algorithm 4,
/// with the weights themselves instead of their normaliser). Query, key and value of a token lie side by side, as the projection left
/// them. One thread at a time.
/// </remarks>
sealed unsafe class SequenceAttention : IDisposable
{
    const int Block = 8;                              // queries at a time: their chains of operations overlap

    readonly LlamaConfig _config;
    readonly TrunkShape _shape;
    readonly NativeBuffer _memory;
    readonly int _size, _width, _stride;              // D, D in whole vectors, most positions in whole vectors
    readonly float* _keyBlocks, _valueBlocks, _keys, _values, _dKeys, _dValues, _weights, _slopes, _queries, _dOutputs, _shares;

    public SequenceAttention(LlamaConfig config, TrunkShape shape)
    {
        (_config, _shape, _size) = (config, shape, config.HeadSize);
        (_width, _stride) = (Lanes.RoundUp(_size, Lanes.Count), Lanes.RoundUp(config.MaxPositions, Lanes.Count));
        long blocks = (long)_stride * _size, rows = (long)_stride * _width;
        _memory = new NativeBuffer(2 * blocks + 4 * rows + 2L * Block * _stride + 2L * Block * _width + Block);
        _keyBlocks = _memory.Pointer;
        _valueBlocks = _keyBlocks + blocks;
        _keys = _valueBlocks + blocks;
        _values = _keys + rows;
        _dKeys = _values + rows;
        _dValues = _dKeys + rows;
        _weights = _dValues + rows;
        _slopes = _weights + Block * (long)_stride;
        _queries = _slopes + Block * (long)_stride;
        _dOutputs = _queries + Block * (long)_width;
        _shares = _dOutputs + Block * (long)_width;
    }

    float Scale => 1 / MathF.Sqrt(_size);

    int Group => _config.Heads / _config.KeyValueHeads;

    /// <summary>Attends from some of a sequence's tokens to those before them.</summary>
    /// <param name="projected">The sequence's first token: query, key, value, turned; rows of <see cref="TrunkShape.Projected"/>.</param>
    /// <param name="length">Tokens of the sequence.</param>
    /// <param name="first">The first position that attends; all later ones do.</param>
    /// <param name="attended">Its row; rows of <see cref="TrunkShape.Hidden"/>.</param>
    public void Forward(float* projected, int length, int first, float* attended)
    {
        for (var head = 0; head < _config.Heads; head++)
        {
            if (head % Group == 0) Gather(projected, length, head / Group, backward: false);
            for (var block = first; block < length; block += Block)
            {
                var end = Math.Min(length, block + Block);
                Weigh(projected, head, block, end);
                for (var position = block; position < end; position++)
                {
                    Attention.Combine(
                        Row(_weights, position - block), _shares[position - block], _values, _width, position + 1, _width, _queries);
                    Copy(_queries, attended + (long)(position - first) * _shape.Hidden + head * _size);
                }
            }
        }
    }

    /// <summary>Writes the derivatives by query, key and value, of all of the sequence's tokens.</summary>
    /// <param name="projected">As for <see cref="Forward"/>.</param>
    /// <param name="length">Tokens of the sequence.</param>
    /// <param name="first">The first position that attends.</param>
    /// <param name="dAttended">Its row; rows of <see cref="TrunkShape.Hidden"/>.</param>
    /// <param name="dProjected">The derivatives by <paramref name="projected"/>: by turned queries and keys; 0 before.</param>
    public void Backward(float* projected, int length, int first, float* dAttended, float* dProjected)
    {
        for (var head = 0; head < _config.Heads; head++)
        {
            var keyValueHead = head / Group;
            if (head % Group == 0)
            {
                Gather(projected, length, keyValueHead, backward: true);
                new Span<float>(_dKeys, length * _width).Clear();
                new Span<float>(_dValues, length * _width).Clear();
            }
            for (var block = first; block < length; block += Block)
                BlockBackward(projected, head, block, Math.Min(length, block + Block), first, dAttended, dProjected);
            if (head % Group != Group - 1) continue;
            for (var position = 0; position < length; position++)
            {
                var key = dProjected + (long)position * _shape.Projected + _config.HiddenSize + keyValueHead * _size;
                Copy(_dKeys + (long)position * _width, key);
                Copy(_dValues + (long)position * _width, key + _shape.KeyValue);
            }
        }
    }

    void BlockBackward(float* projected, int head, int block, int end, int first, float* dAttended, float* dProjected)
    {
        Weigh(projected, head, block, end);
        // Queries that are not there have factors of 0 and vectors of 0.
        new Span<float>(_queries, 2 * Block * _width).Clear();
        for (var position = block; position < end; position++)
        {
            float* query = _queries + (position - block) * _width, dOutput = _dOutputs + (position - block) * _width;
            Copy(projected + (long)position * _shape.Projected + head * _size, query);
            Copy(dAttended + (long)(position - first) * _shape.Hidden + head * _size, dOutput);
            float* weights = Row(_weights, position - block), slopes = Row(_slopes, position - block);
            Attention.ByWeights(dOutput, _valueBlocks, position + 1, _size, slopes);
            Attention.ByScores(weights, _shares[position - block], slopes, position + 1, Scale);
        }
        Pad(_slopes, block, end);
        Attention.Spread(_weights, _stride, _dOutputs, end, _width, _dValues);
        Attention.Spread(_slopes, _stride, _queries, end, _width, _dKeys);
        for (var position = block; position < end; position++)
        {
            Attention.Combine(Row(_slopes, position - block), share: 1, _keys, _width, position + 1, _width, _queries);
            Copy(_queries, dProjected + (long)position * _shape.Projected + head * _size);
        }
    }

    /// <summary>The weights of a block of queries, to be multiplied by their shares; 0 for what they do not see.</summary>
    void Weigh(float* projected, int head, int block, int end)
    {
        for (var position = block; position < end; position++)
            Attention.Score(
                projected + (long)position * _shape.Projected + head * _size, _keyBlocks, position + 1, _size, Scale,
                Row(_weights, position - block));
        Attention.Softmax(_weights, _stride, end - block, block + 1, more: 1, _shares);
        Pad(_weights, block, end);
    }

    /// <summary>Zeroes what a block's queries do not see of the positions that its last one does.</summary>
    void Pad(float* rows, int block, int end)
    {
        for (var query = 0; query < Block; query++)
        {
            var seen = block + query < end ? Lanes.RoundUp(block + query + 1, Lanes.Count) : 0;
            var all = Lanes.RoundUp(end, Lanes.Count);
            if (seen < all) new Span<float>(Row(rows, query) + seen, all - seen).Clear();
        }
    }

    float* Row(float* rows, int query) => rows + query * (long)_stride;

    /// <summary>Lays out the keys and values of one head as the loops read them.</summary>
    void Gather(float* projected, int length, int keyValueHead, bool backward)
    {
        var padded = Lanes.RoundUp(length, Lanes.Count);
        new Span<float>(_keyBlocks + (long)(padded - Lanes.Count) * _size, Lanes.Count * _size).Clear();
        new Span<float>(_valueBlocks + (long)(padded - Lanes.Count) * _size, Lanes.Count * _size).Clear();
        var key = projected + _config.HiddenSize + keyValueHead * _size;
        for (var position = 0; position < length; position++, key += _shape.Projected)
        {
            var value = key + _shape.KeyValue;
            var lane = (long)(position / Lanes.Count) * Lanes.Count * _size + position % Lanes.Count;
            for (var i = 0; i < _size; i++) _keyBlocks[lane + i * Lanes.Count] = key[i];
            Copy(value, _values + (long)position * _width);
            if (!backward) continue;
            for (var i = 0; i < _size; i++) _valueBlocks[lane + i * Lanes.Count] = value[i];
            Copy(key, _keys + (long)position * _width);
        }
    }

    void Copy(float* source, float* target) => new Span<float>(source, _size).CopyTo(new Span<float>(target, _size));

    public void Dispose() => _memory.Dispose();
}
