using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MessagePack;
using MessagePack.Formatters;

namespace ActorRlhf.Actors.Log.Events;

/// <summary>A column of per-sample integers in an event: int32, packed little-endian in one <c>bin</c>; an array in JSON.</summary>
/// <param name="Values">The numbers, in the order of the samples.</param>
[MessagePackFormatter(typeof(Formatter))]
[JsonConverter(typeof(Converter))]
public readonly record struct IntegerColumn(int[] Values)
{
    sealed class Formatter : IMessagePackFormatter<IntegerColumn>
    {
        public void Serialize(ref MessagePackWriter writer, IntegerColumn value, MessagePackSerializerOptions options) =>
            writer.Write(MemoryMarshal.AsBytes<int>(value.Values));

        public IntegerColumn Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            new(Column.Read<int>(reader.ReadBytes()));
    }

    sealed class Converter : JsonConverter<IntegerColumn>
    {
        public override IntegerColumn Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<int[]>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, IntegerColumn value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Values, options);
    }
}
