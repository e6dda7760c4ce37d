using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>Writes a <see cref="ContentHash"/> as a JSON string of 64 lower-case hexadecimal digits.</summary>
sealed class ContentHashJsonConverter : JsonConverter<ContentHash>
{
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ContentHash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException($"'{reader.GetString()}' is not a SHA-256: expected 64 lower-case hexadecimal digits");

    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
