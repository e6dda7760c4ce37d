using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Safetensors;

/// <summary>A tensor to be written. The values are read when the file is written, not copied before.</summary>
sealed class NamedTensor
{
    const int ChunkElements = 1 << 18;
    readonly Action<Stream> _write;

    NamedTensor(string name, TensorType type, ReadOnlySpan<int> shape, int elements, Action<Stream> write)
    {
        (Name, Type, Shape, _write) = (name, type, [.. shape], write);
        var expected = 1L;
        foreach (var size in shape) expected = checked(expected * size);
        if (expected != elements || Shape.Any(size => size < 0))
            throw new ArgumentException(
                $"tensor '{name}' has {elements} values, but the shape [{string.Join(", ", Shape)}]", nameof(shape));
        Length = (long)elements * TensorEntry.SizeOf(type);
    }

    /// <summary>The key in the header.</summary>
    public string Name { get; }
    /// <summary>Element type.</summary>
    public TensorType Type { get; }
    /// <summary>Dimensions, row-major; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; }
    /// <summary>Number of bytes.</summary>
    public long Length { get; }

    /// <summary>An F32 tensor.</summary>
    /// <param name="name">The key in the header.</param>
    /// <param name="shape">Dimensions, row-major.</param>
    /// <param name="values">All elements.</param>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<float> values) =>
        Create(name, TensorType.F32, shape, values);

    /// <summary>An F64 tensor; parameters and errors as for F32.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<double> values) =>
        Create(name, TensorType.F64, shape, values);

    /// <summary>An I32 tensor; parameters and errors as for F32.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<int> values) =>
        Create(name, TensorType.I32, shape, values);

    /// <summary>An I64 tensor; parameters and errors as for F32.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<long> values) =>
        Create(name, TensorType.I64, shape, values);

    /// <summary>A U8 tensor; parameters and errors as for F32.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<byte> values) =>
        Create(name, TensorType.U8, shape, values);

    /// <summary>A BOOL tensor; parameters and errors as for F32.</summary>
    public static NamedTensor Of(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<bool> values) =>
        Create(name, TensorType.BOOL, shape, values);

    internal void WriteTo(Stream stream) => _write(stream);

    static NamedTensor Create<T>(string name, TensorType type, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values) where T : unmanaged =>
        new(name, type, shape, values.Length, stream =>
        {
            for (var done = 0; done < values.Length; done += ChunkElements)
                stream.Write(MemoryMarshal.AsBytes(values.Span.Slice(done, Math.Min(ChunkElements, values.Length - done))));
        });
}
