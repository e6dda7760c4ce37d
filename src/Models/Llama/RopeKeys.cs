using System.Text.Json;

namespace ActorRlhf.Models.Llama;

/// <summary>The base of the rotary embedding, in the spellings of versions 4 and 5 of the transformers library.</summary>
static class RopeKeys
{
    const double Usual = 10000;
    const string Default = "default";

    /// <summary>The base; every kind of scaling is reported.</summary>
    /// <remarks>
    /// Version 5 keeps the base in <c>rope_parameters</c>, where it wins over a <c>rope_theta</c> beside it, and takes
    /// <c>rope_scaling</c> as another name of that object; version 4 reads no base from it. So nothing but what both read alike is taken.
    /// </remarks>
    public static double Theta(ConfigFields fields)
    {
        var beside = fields.Positive("rope_theta", Usual);
        var parameters = fields.Find("rope_parameters");
        if (fields.Find("rope_scaling") is { } scaling && (parameters is not null || !ScalesNothing(scaling, beside)))
            fields.Wrong("rope_scaling", scaling, "null");
        if (parameters is not { } rope) return beside;
        if (rope.ValueKind is not JsonValueKind.Object)
        {
            fields.Wrong("rope_parameters", rope, "an object");
            return beside;
        }
        var inner = new ConfigFields(rope, "rope_parameters.");
        var theta = Read(inner, beside);
        fields.Problems.AddRange(inner.Problems);
        return theta;
    }

    static double Read(ConfigFields rope, double fallback)
    {
        rope.MustBe("rope_type", Default);
        rope.MustBe("type", Default); // the old name
        foreach (var (key, value) in rope.All)
        {
            if (key is "rope_type" or "type" or "rope_theta" || value.ValueKind is JsonValueKind.Null) continue;
            if (key is "partial_rotary_factor"
                && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var share) && share == 1)
                continue;
            rope.Wrong(key, value, $"no such key beside the type \"{Default}\"");
        }
        return rope.Positive("rope_theta", fallback);
    }

    static bool ScalesNothing(JsonElement scaling, double theta)
    {
        if (scaling.ValueKind is not JsonValueKind.Object || !scaling.EnumerateObject().Any()) return false;
        var inner = new ConfigFields(scaling);
        return Read(inner, theta) == theta && inner.Problems.Count == 0;
    }
}
