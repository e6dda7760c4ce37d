using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Training;

/// <summary>Adds the gradients of a minibatch's shards in the order of the shards, whichever ends first.</summary>
/// <remarks>
/// Whoever brings a gradient adds all whose turn has come, so that few are kept at a time. <see cref="Add"/> may be called
/// by several threads, once for every shard after <see cref="Clear"/>; all else by the owner alone.
/// </remarks>
sealed class GradientSum(int length, int shards, GradientBuffers buffers)
{
    readonly float[]?[] _waiting = new float[shards][];
    readonly Lock _entry = new();
    float[]? _sum;
    int _next;
    bool _adding;

    /// <summary>The sum of all shards.</summary>
    /// <exception cref="InvalidOperationException">A shard was not added.</exception>
    public Memory<float> Total => _sum is { } sum && _next == shards
        ? sum.AsMemory(0, length)
        : throw new InvalidOperationException($"shard {_next} of {shards} has no gradient to apply");

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        foreach (var left in _waiting.Append(_sum))
            if (left is not null) buffers.Return(left);
        Array.Clear(_waiting);
        (_sum, _next, _adding) = (null, 0, false);
    }

    /// <summary>Adds a shard's gradient.</summary>
    /// <param name="shard">From 0.</param>
    /// <param name="gradient">Of the buffers; the sum's from now on.</param>
    /// <exception cref="InvalidOperationException">The shard was added before.</exception>
    public void Add(int shard, float[] gradient)
    {
        lock (_entry)
        {
            if (shard < _next || _waiting[shard] is not null) throw new InvalidOperationException($"shard {shard} was added before");
            _waiting[shard] = gradient;
            if (_adding) return;                      // whoever adds now comes to it
            _adding = true;
        }
        while (Next() is { } next)
        {
            if (_sum is null) _sum = next;
            else
            {
                VectorMath.Add(next.AsSpan(0, length), _sum.AsSpan(0, length));
                buffers.Return(next);
            }
        }
    }

    float[]? Next()
    {
        lock (_entry)
        {
            var next = _next < shards ? _waiting[_next] : null;
            if (next is null) _adding = false;
            else _waiting[_next++] = null;
            return next;
        }
    }
}
