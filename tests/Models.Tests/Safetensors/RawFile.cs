using System.Buffers.Binary;
using System.Text;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Tests.Safetensors;

/// <summary>Files put together by hand, so that they can be wrong.</summary>
static class RawFile
{
    public static byte[] Of(string header, params byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, params byte[] data)
    {
        var bytes = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + header.Length);
        return bytes;
    }

    /// <summary>One tensor "a" with as many zero bytes behind the header.</summary>
    public static byte[] OneTensor(string dtype, string shape, string offsets, int dataBytes) =>
        Of($$$"""{"a":{"dtype":"{{{dtype}}}","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""", new byte[dataBytes]);

    public static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.FromBytes(bytes, "weights");

    public static string Refusal(byte[] bytes) => Assert.Throws<SafetensorsException>(() => Open(bytes)).Message;
}
