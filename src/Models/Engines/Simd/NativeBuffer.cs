using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Zeroed float32 memory outside the managed heap, aligned to 64 bytes so that an aligned 512-bit access stays in one cache line.
/// </summary>
sealed unsafe partial class NativeBuffer : IDisposable
{
    const nuint Alignment = 64;
    const int MapThreshold = -3, Mapped = 1 << 20;    // M_MMAP_THRESHOLD of mallopt(3), bytes

    // Blocks of a megabyte and more get pages of their own, which go back when they are freed. Left alone, the C library keeps what
    // one stage freed for later blocks of any size, and a run's memory is the sum of what its stages need.
    static NativeBuffer()
    {
        if (OperatingSystem.IsLinux()) SetAllocatorOption(MapThreshold, Mapped);
    }

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

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetAllocatorOption(int option, int value);

    void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
