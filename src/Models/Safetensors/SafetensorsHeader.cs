using System.Text.Json;
using ActorRlhf.Models.Files;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Safetensors;

/// <summary>
/// The JSON header of a safetensors file: which tensor lies where. Everything is checked before a byte of data is touched.
/// </summary>
/// <remarks>
/// Source: the format description of huggingface/safetensors. We differ by being stricter: unknown keys of a tensor, duplicate
/// keys and every gap between tensors are errors, and the header may have 16 MiB instead of 100 MB.
/// </remarks>
sealed class SafetensorsHeader
{
    /// <summary>Longest header in bytes.</summary>
    public const int MaxLength = 16 << 20;
    /// <summary>Key of the free-form strings beside the tensors.</summary>
    public const string MetadataKey = "__metadata__";
    const int MaxDepth = 3; // header, tensor, shape

    readonly string _path;
    readonly List<TensorEntry> _tensors = [];
    readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    SafetensorsHeader(string path) => _path = path;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Tensors => _tensors;

    /// <summary>The free-form strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="path">For error messages.</param>
    /// <param name="json">The header's bytes, padding included.</param>
    /// <param name="dataLength">Number of bytes behind the header.</param>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(path);
        if (json.Span[0] != '{') throw new SafetensorsException(path, $"the header starts with the byte 0x{json.Span[0]:X2}", "'{'");
        try
        {
            using var document = StrictJson.ParseObject(json, MaxDepth);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey) header.ReadMetadata(property.Value);
                else header._tensors.Add(header.ReadTensor(property.Name, property.Value));
            }
        }
        catch (NotJsonException damaged)
        {
            throw new SafetensorsException(path, $"the header cannot be read: {damaged.Message}", "one JSON object with every key once");
        }
        header.CheckThatDataIsCovered(dataLength);
        return header;
    }

    void ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind is not JsonValueKind.Object) throw Wrong(MetadataKey, metadata, "an object of strings");
        foreach (var entry in metadata.EnumerateObject())
        {
            if (entry.Value.ValueKind is not JsonValueKind.String) throw Wrong($"{MetadataKey}.{entry.Name}", entry.Value, "a string");
            _metadata.Add(entry.Name, entry.Value.GetString()!);
        }
    }

    TensorEntry ReadTensor(string name, JsonElement tensor)
    {
        if (tensor.ValueKind is not JsonValueKind.Object) throw Wrong(name, tensor, "an object with dtype, shape and data_offsets");
        JsonElement dtype = default, shape = default, offsets = default;
        foreach (var property in tensor.EnumerateObject())
        {
            if (property.NameEquals("dtype")) dtype = property.Value;
            else if (property.NameEquals("shape")) shape = property.Value;
            else if (property.NameEquals("data_offsets")) offsets = property.Value;
            else throw Wrong($"{name}.{property.Name}", property.Value, "only dtype, shape and data_offsets");
        }

        if (dtype.ValueKind is not JsonValueKind.String || !s_types.TryGetValue(dtype.GetString()!, out var type))
        {
            var expected = $"one of {string.Join(", ", s_types.Keys)}";
            throw dtype.ValueKind is JsonValueKind.String && s_notRead.Contains(dtype.GetString()!)
                ? new SafetensorsException(_path, $"header key '{name}.dtype' is {Shorten(dtype)}", expected, NotRead)
                : Wrong($"{name}.dtype", dtype, expected);
        }
        var dimensions = Integers(shape) ?? throw Wrong($"{name}.shape", shape, "an array of integers from 0");
        if (Integers(offsets) is not [var begin, var end] || end < begin)
            throw Wrong($"{name}.data_offsets", offsets, "two integers from 0, begin and end");

        long elements;
        try { elements = dimensions.Aggregate(1L, (product, size) => checked(product * size)); }
        catch (OverflowException) { throw Wrong($"{name}.shape", shape, "a number of elements that fits 63 bits"); }
        var size = TensorEntry.SizeOf(type);
        if ((end - begin) % size != 0 || (end - begin) / size != elements)
            throw Wrong($"{name}.data_offsets", offsets, $"room for {Counted.Of(elements, "element")} of "
                + $"{Counted.Of(size, "byte")}, as shape and dtype say");
        return new TensorEntry(name, type, dimensions, begin, elements);
    }

    void CheckThatDataIsCovered(long dataLength)
    {
        _tensors.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        var covered = 0L;
        foreach (var tensor in _tensors)
        {
            if (tensor.Begin != covered)
            {
                var fault = tensor.Begin < covered ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new SafetensorsException(_path, $"tensor '{tensor.Name}' at byte {tensor.Begin} {fault}", $"byte {covered}");
            }
            covered = tensor.End;
        }
        if (covered > dataLength)
            throw new SafetensorsException(_path, $"the tensors need {Counted.Of(covered, "byte")}, but only {dataLength} "
                + $"{Counted.Noun(dataLength, "follows", "follow")} the header", "a complete file");
        if (covered < dataLength)
            throw new SafetensorsException(_path, $"{Counted.Of(dataLength - covered, "byte follows", "bytes follow")} the last "
                + "tensor", "a file that ends with it");
    }

    static readonly Dictionary<string, TensorType> s_types = Enum.GetValues<TensorType>()
        .ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    // Legal in the format (version 0.7 of its library), but nothing here computes with them.
    static readonly HashSet<string> s_notRead = new(StringComparer.Ordinal)
    {
        "I8", "I16", "U16", "U32", "U64", "C64", "F4", "F6_E2M3", "F6_E3M2", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0",
    };

    const string NotRead =
        "The format allows this dtype, but it is not read here: save the model as float32, float16 or bfloat16, unquantized.";

    static long[]? Integers(JsonElement array)
    {
        if (array.ValueKind is not JsonValueKind.Array) return null;
        var values = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind is not JsonValueKind.Number || !element.TryGetInt64(out values[i]) || values[i] < 0) return null;
            i++;
        }
        return values;
    }

    SafetensorsException Wrong(string key, JsonElement value, string expected) =>
        new(_path, $"header key '{key}' is {Shorten(value)}", expected);

    static string Shorten(JsonElement value)
    {
        const int most = 80;
        if (value.ValueKind is JsonValueKind.Undefined) return "missing";
        var text = value.GetRawText();
        return text.Length <= most ? text : text[..most] + "…";
    }
}
