using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorRlhf.Models.Files;
using ActorRlhf.Models.Wording;
using Microsoft.Win32.SafeHandles;

namespace ActorRlhf.Models.Safetensors;

/// <summary>
/// An open safetensors file, or bytes in that format: the header is
/// checked when it is opened, tensors are read when they are asked for.
/// </summary>
/// <remarks>
/// The file is read, not mapped: a mapped file that another process shortens ends ours. Not thread-safe to dispose while reading.
/// Everything that is wrong with a file is a <see cref="SafetensorsException"/>. Bytes are little-endian, as on every platform we run on.
/// </remarks>
sealed class SafetensorsFile : IDisposable
{
    const int LengthPrefix = 8;
    const int ChunkElements = 1 << 18; // keeps buffers out of the way, and spans of bytes below 2 GiB

    readonly SafeFileHandle? _handle;
    readonly ReadOnlyMemory<byte> _bytes;
    readonly long _dataStart;
    readonly SafetensorsHeader _header;
    readonly Dictionary<string, TensorEntry> _byName;

    SafetensorsFile(string path, SafeFileHandle? handle, ReadOnlyMemory<byte> bytes, long length)
    {
        (Path, _handle, _bytes) = (path, handle, bytes);
        var json = ReadHeader(length);
        _dataStart = LengthPrefix + json.Length;
        _header = SafetensorsHeader.Parse(path, json, length - _dataStart);
        _byName = _header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file, or the name given to the bytes.</summary>
    public string Path { get; }
    /// <summary>All tensors in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Tensors => _header.Tensors;
    /// <summary>The free-form strings of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="SafetensorsException">Not a regular file, or its header does not describe it exactly.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (FileKind.WhyNotRegular(path) is { } kind)
            throw new SafetensorsException(path, $"this is {kind}", "a regular file", "Give the path of the file itself.");
        var handle = File.OpenHandle(path);
        try { return new SafetensorsFile(path, handle, default, RandomAccess.GetLength(handle)); }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads from memory; the bytes are not copied.</summary>
    /// <param name="bytes">A whole file.</param>
    /// <param name="path">Names the bytes in errors.</param>
    /// <exception cref="SafetensorsException">The header does not describe the bytes exactly.</exception>
    public static SafetensorsFile FromBytes(ReadOnlyMemory<byte> bytes, string path) => new(path, null, bytes, bytes.Length);

    /// <summary>Looks a tensor up.</summary>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorEntry? tensor) =>
        _byName.TryGetValue(name, out tensor);

    /// <summary>Reads a parameter: F32, or F16 or BF16 widened, which is exact. NaN and infinity are refused.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="destination">Receives all elements, row-major.</param>
    /// <exception cref="SafetensorsException">No such tensor, another dtype or number of elements, or an element is not finite.</exception>
    public void ReadWeights(string name, Span<float> destination)
    {
        var tensor = Find(name, TensorType.F32, TensorType.F16, TensorType.BF16);
        if (tensor.Elements != destination.Length)
            throw new SafetensorsException(Path, $"tensor '{name}' has {Counted.Of(tensor.Elements, "element")}", $"{destination.Length}");
        ReadFloats(tensor, destination);
        for (var i = 0; i < destination.Length; i++)
        {
            if (float.IsFinite(destination[i])) continue;
            throw new SafetensorsException(Path, $"tensor '{name}' element {i} is {destination[i]}",
                "finite weights", "The model diverged or the file is damaged: take an earlier checkpoint.");
        }
    }

    /// <summary>Reads a tensor of 32-bit floats, or of 16-bit floats widened; not finite ones are kept.</summary>
    /// <exception cref="SafetensorsException">No such tensor, or another dtype.</exception>
    public float[] ReadFloats(string name)
    {
        var tensor = Find(name, TensorType.F32, TensorType.F16, TensorType.BF16);
        var values = Allocate<float>(tensor);
        ReadFloats(tensor, values);
        return values;
    }

    /// <summary>Reads a tensor of 64-bit floats.</summary>
    /// <exception cref="SafetensorsException">No such tensor, or another dtype.</exception>
    public double[] ReadDoubles(string name) => Read<double>(name, TensorType.F64);

    /// <summary>Reads a tensor of 32-bit integers.</summary>
    /// <exception cref="SafetensorsException">No such tensor, or another dtype.</exception>
    public int[] ReadInts(string name) => Read<int>(name, TensorType.I32);

    /// <summary>Reads a tensor of 64-bit integers.</summary>
    /// <exception cref="SafetensorsException">No such tensor, or another dtype.</exception>
    public long[] ReadLongs(string name) => Read<long>(name, TensorType.I64);

    /// <summary>Reads a tensor of bytes.</summary>
    /// <exception cref="SafetensorsException">No such tensor, or another dtype.</exception>
    public byte[] ReadBytes(string name) => Read<byte>(name, TensorType.U8);

    /// <summary>Reads a tensor of truth values.</summary>
    /// <exception cref="SafetensorsException">No such tensor, another dtype, or a byte that is neither 0 nor 1.</exception>
    public bool[] ReadBools(string name)
    {
        var bytes = Read<byte>(name, TensorType.BOOL);
        var bad = bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)1);
        if (bad >= 0) throw new SafetensorsException(Path, $"tensor '{name}' element {bad} is the byte {bytes[bad]}", "0 or 1");
        return Array.ConvertAll(bytes, value => value == 1);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle?.Dispose();

    byte[] ReadHeader(long length)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(length, FileSignature.Length)];
        ReadExactly(0, start);
        var headerLength = length < LengthPrefix ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(start);
        // Only where it cannot be a header's: some lengths are written like the beginning of another format.
        if (headerLength is < 2 or > SafetensorsHeader.MaxLength && FileSignature.Recognise(start) is { } format)
            throw SafetensorsException.Because(Path, $"this is {format.Name}", "a safetensors file", format.NextStep);
        if (length < LengthPrefix + 2) throw new SafetensorsException(Path, $"the file has {Counted.Of(length, "byte")}", "at least 10");
        if (headerLength is < 2 or > SafetensorsHeader.MaxLength)
            throw new SafetensorsException(Path, $"the header's length is {headerLength}", $"2 to {SafetensorsHeader.MaxLength} bytes");
        if ((long)headerLength > length - LengthPrefix)
        {
            throw new SafetensorsException(Path,
                $"the header's length is {headerLength}, but only {Counted.Of(length - LengthPrefix, "byte follows", "bytes follow")}",
                "a complete file");
        }
        var json = new byte[headerLength];
        ReadExactly(LengthPrefix, json);
        return json;
    }

    TensorEntry Find(string name, params ReadOnlySpan<TensorType> types)
    {
        if (!_byName.TryGetValue(name, out var tensor))
            throw new SafetensorsException(Path, $"there is no tensor '{name}'", "the tensors that the format of this file prescribes");
        if (!types.Contains(tensor.Type))
            throw new SafetensorsException(Path, $"tensor '{name}' has dtype {tensor.Type}", string.Join(" or ", types.ToArray()));
        return tensor;
    }

    T[] Read<T>(string name, TensorType type) where T : unmanaged
    {
        var tensor = Find(name, type);
        var values = Allocate<T>(tensor);
        ReadRaw<T>(tensor.Begin, values);
        return values;
    }

    T[] Allocate<T>(TensorEntry tensor) => tensor.Elements <= Array.MaxLength
        ? new T[tensor.Elements]
        : throw new SafetensorsException(Path, $"tensor '{tensor.Name}' has {Counted.Of(tensor.Elements, "element")}",
            $"at most {Array.MaxLength}", "Split the tensor.");

    void ReadFloats(TensorEntry tensor, Span<float> destination)
    {
        if (tensor.Type is TensorType.F32) ReadRaw(tensor.Begin, destination);
        else ReadHalves(tensor, destination);
    }

    void ReadHalves(TensorEntry tensor, Span<float> destination)
    {
        var buffer = new ushort[Math.Min(ChunkElements, destination.Length)];
        for (var done = 0; done < destination.Length; done += buffer.Length)
        {
            var chunk = buffer.AsSpan(0, Math.Min(buffer.Length, destination.Length - done));
            ReadRaw(tensor.Begin + (long)done * sizeof(ushort), chunk);
            for (var i = 0; i < chunk.Length; i++)
            {
                destination[done + i] = tensor.Type is TensorType.F16
                    ? (float)BitConverter.UInt16BitsToHalf(chunk[i])
                    : BitConverter.UInt32BitsToSingle((uint)chunk[i] << 16);
            }
        }
    }

    void ReadRaw<T>(long begin, Span<T> destination) where T : unmanaged
    {
        for (var done = 0; done < destination.Length; done += ChunkElements)
        {
            var chunk = MemoryMarshal.AsBytes(destination.Slice(done, Math.Min(ChunkElements, destination.Length - done)));
            ReadExactly(_dataStart + begin, chunk);
            begin += chunk.Length;
        }
    }

    void ReadExactly(long offset, Span<byte> destination)
    {
        if (_handle is null)
        {
            _bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
            return;
        }
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
                throw new SafetensorsException(Path, $"the file ended at byte {offset} while it was read",
                    "a file that nobody changes meanwhile", "Try again when the file is complete.");
            destination = destination[read..];
            offset += read;
        }
    }
}
