using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>One spelling for one value, so that equal states have equal bytes on every machine, in every culture and time zone.</summary>
/// <remarks>
/// The JSON Canonicalization Scheme (RFC 8785): UTF-8 without BOM, no white space, keys sorted by UTF-16 code units, shortest
/// numbers that read back as the same double, in ECMAScript's notation. Where we differ: integers keep all their digits (a 64-bit
/// seed is not rounded to a double). Objects become JSON with camelCase names and enums as camelCase words.
/// </remarks>
public static class CanonicalJson
{
    static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // only an intermediate form: what is escaped is decided below
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of an object.</summary>
    /// <exception cref="ArgumentException">A number is NaN or infinite, which JSON cannot say.</exception>
    public static byte[] Serialize<T>(T value) => Serialize(JsonSerializer.SerializeToElement(value, s_options));

    /// <summary>The canonical bytes of JSON that is already there.</summary>
    /// <exception cref="JsonException">An object has one key twice, or a number is beyond a double.</exception>
    public static byte[] Serialize(JsonElement value)
    {
        var json = new StringBuilder();
        Append(json, value);
        return s_utf8.GetBytes(json.ToString());
    }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public static ContentHash Hash<T>(T value) => ContentHash.Of(Serialize(value));

    static void Append(StringBuilder json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: AppendObject(json, value); break;
            case JsonValueKind.Array: AppendArray(json, value); break;
            case JsonValueKind.String: AppendString(json, value.GetString()!); break;
            case JsonValueKind.Number: AppendNumber(json, value); break;
            default: json.Append(value.GetRawText()); break; // true, false, null
        }
    }

    static void AppendObject(StringBuilder json, JsonElement value)
    {
        var properties = value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
        for (var i = 0; i < properties.Count; i++)
        {
            if (i > 0 && properties[i].Name == properties[i - 1].Name)
                throw new JsonException($"the key '{properties[i].Name}' is there twice, so the object has no canonical form");
            json.Append(i == 0 ? '{' : ',');
            AppendString(json, properties[i].Name);
            json.Append(':');
            Append(json, properties[i].Value);
        }
        json.Append(properties.Count == 0 ? "{}" : "}");
    }

    static void AppendArray(StringBuilder json, JsonElement value)
    {
        json.Append('[');
        var first = true;
        foreach (var element in value.EnumerateArray())
        {
            if (!first) json.Append(',');
            first = false;
            Append(json, element);
        }
        json.Append(']');
    }

    static void AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\t' => json.Append("\\t"),
                '\n' => json.Append("\\n"),
                '\f' => json.Append("\\f"),
                '\r' => json.Append("\\r"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }
        json.Append('"');
    }

    static void AppendNumber(StringBuilder json, JsonElement value)
    {
        var text = value.GetRawText();
        if (!text.AsSpan().ContainsAny(".eE")) json.Append(text == "-0" ? "0" : text);
        else if (value.TryGetDouble(out var number) && double.IsFinite(number)) AppendDouble(json, number);
        else throw new JsonException($"the number {text} is beyond the range of a double");
    }

    /// <summary>ECMA-262, Number::toString: plain digits from 1e-6 to below 1e21, otherwise an exponent.</summary>
    static void AppendDouble(StringBuilder json, double number)
    {
        const int mostPlainDigits = 21, mostLeadingZeros = 6;
        if (number == 0)
        {
            json.Append('0'); // -0 too
            return;
        }
        if (number < 0) json.Append('-');
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = shortest[0].IndexOf('.', StringComparison.Ordinal);
        var all = shortest[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        // The value is 0.digits × 10^magnitude.
        var magnitude = (point < 0 ? all.Length : point) - (all.Length - digits.Length)
            + (shortest.Length > 1 ? int.Parse(shortest[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        if (magnitude is > 0 and <= mostPlainDigits)
        {
            if (digits.Length <= magnitude) json.Append(digits).Append('0', magnitude - digits.Length);
            else json.Append(digits, 0, magnitude).Append('.').Append(digits, magnitude, digits.Length - magnitude);
        }
        else if (magnitude is > -mostLeadingZeros and <= 0) json.Append("0.").Append('0', -magnitude).Append(digits);
        else
        {
            json.Append(digits[0]);
            if (digits.Length > 1) json.Append('.').Append(digits, 1, digits.Length - 1);
            json.Append(CultureInfo.InvariantCulture, $"e{magnitude - 1:+0;-0}");
        }
    }
}
