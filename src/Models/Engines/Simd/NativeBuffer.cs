using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>
/// Zeroed float32 memory outside the managed heap, aligned to 64 bytes so that an aligned 512-bit access stays in one cache line.
/// </summary>
/// <remarks>
/// On Linux large buffers are pages of their own, which go back when they are freed: the C library keeps what one stage frees for later
/// blocks of any size, and a run's memory becomes the sum of what its stages need.
/// </remarks>
sealed unsafe partial class NativeBuffer : IDisposable
{
    const nuint Alignment = 64, Large = 1 << 20;      // bytes; below it, a page too much would count
    const int ReadAndWrite = 1 | 2, PrivateAndAnonymous = 2 | 0x20;
    readonly nuint _bytes;

    /// <param name="length">Number of floats.</param>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public NativeBuffer(long length)
    {
        (_bytes, Length) = (checked((nuint)length * sizeof(float)), length);
        if (IsMapped)
        {
            var pages = Map(null, _bytes, ReadAndWrite, PrivateAndAnonymous, -1, 0);
            Pointer = (nint)pages == -1 ? throw new OutOfMemoryException($"there are no {_bytes} bytes to be had") : (float*)pages;
            return;
        }
        Pointer = (float*)NativeMemory.AlignedAlloc(_bytes, Alignment);
        NativeMemory.Clear(Pointer, _bytes);
    }

    // An owner that was never disposed must not leak: the collector does not see this memory.
    ~NativeBuffer() => Free();

    /// <summary>The first float; null after <see cref="Dispose"/>.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Number of floats.</summary>
    public long Length { get; }

    /// <summary>All floats; for buffers of fewer than 2³¹.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    bool IsMapped => OperatingSystem.IsLinux() && _bytes >= Large;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (!IsMapped) NativeMemory.AlignedFree(Pointer);
        else if (Pointer is not null) _ = Unmap(Pointer, _bytes);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint bytes);
}
