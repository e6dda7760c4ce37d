using System.Buffers;
using System.Runtime.InteropServices;
using MessagePack;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>Unpacks the <c>bin</c> of a column.</summary>
static class Column
{
    // Throws MessagePackSerializationException if the bytes are missing or are not a whole number of elements.
    public static unsafe T[] Read<T>(ReadOnlySequence<byte>? packed) where T : unmanaged
    {
        var bytes = packed ?? throw new MessagePackSerializationException("a column is nil; expected packed bytes");
        if (bytes.Length % sizeof(T) != 0)
            throw new MessagePackSerializationException($"a column has {bytes.Length} bytes; expected a multiple of {sizeof(T)}");
        var values = new T[bytes.Length / sizeof(T)];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
