using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MessagePack;
using MessagePack.Formatters;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>A column of per-sample numbers in an event: float64, packed little-endian in one <c>bin</c>; an array in JSON.</summary>
/// <param name="Values">The numbers, in the order of the samples.</param>
[MessagePackFormatter(typeof(Formatter))]
[JsonConverter(typeof(Converter))]
public readonly record struct DoubleColumn(double[] Values)
{
    sealed class Formatter : IMessagePackFormatter<DoubleColumn>
    {
        public void Serialize(ref MessagePackWriter writer, DoubleColumn value, MessagePackSerializerOptions options) =>
            writer.Write(MemoryMarshal.AsBytes<double>(value.Values));

        public DoubleColumn Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            new(Column.Read<double>(reader.ReadBytes()));
    }

    sealed class Converter : JsonConverter<DoubleColumn>
    {
        public override DoubleColumn Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<double[]>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, DoubleColumn value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Values, options);
    }
}
