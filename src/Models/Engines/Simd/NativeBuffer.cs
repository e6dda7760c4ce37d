using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Zeroed float32 memory outside the managed heap, aligned to 64 bytes so that an aligned 512-bit access stays in one cache line.
/// </summary>
sealed unsafe class NativeBuffer : IDisposable
{
    const nuint Alignment = 64;

    /// <param name="length">Number of floats.</param>
    public NativeBuffer(long length)
    {
        var bytes = checked((nuint)length * sizeof(float));
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Pointer, bytes);
        Length = length;
    }

    // An owner that was never disposed must not leak: the collector does not see this memory.
    ~NativeBuffer() => Free();

    /// <summary>The first float; null after <see cref="Dispose"/>.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Number of floats.</summary>
    public long Length { get; }

    /// <summary>All floats; for buffers of fewer than 2³¹.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
