using System.Text;
using Google.Protobuf;

namespace ActorRlhf.Host.Tests.Telemetry;

/// <summary>Fields of a protobuf message whose type nobody generated: as much as it takes to find names.</summary>
sealed class ProtobufMessage(byte[] bytes)
{
    /// <summary>The values of a field that has bytes, in order.</summary>
    public IEnumerable<byte[]> All(int field)
    {
        var input = new CodedInputStream(bytes);
        for (uint tag; (tag = input.ReadTag()) != 0;)
            if (WireFormat.GetTagWireType(tag) is WireFormat.WireType.LengthDelimited)
            {
                var value = input.ReadBytes().ToByteArray();
                if (WireFormat.GetTagFieldNumber(tag) == field) yield return value;
            }
            else input.SkipLastField();
    }

    /// <summary>The messages that one is led to by fields, one below the other.</summary>
    public IEnumerable<ProtobufMessage> Below(params int[] path) => path is [var field, .. var rest]
        ? All(field).SelectMany(value => new ProtobufMessage(value).Below(rest))
        : [this];

    public string Text(int field) => Encoding.UTF8.GetString(All(field).FirstOrDefault() ?? []);

    public string Hex(int field) => Convert.ToHexString(All(field).FirstOrDefault() ?? []);
}
