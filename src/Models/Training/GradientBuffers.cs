using System.Collections.Concurrent;

namespace ActorRlhf.Models.Training;

/// <summary>Memory for the gradients of shards, taken by whoever computes one and given back when it has been added.</summary>
/// <param name="length">Numbers of the longest gradient.</param>
sealed class GradientBuffers(int length)
{
    readonly ConcurrentBag<float[]> _free = [];

    /// <summary>Some buffer; what is in it means nothing.</summary>
    public float[] Rent() => _free.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<float>(length);

    /// <summary>Gives one back.</summary>
    public void Return(float[] buffer) => _free.Add(buffer);
}
