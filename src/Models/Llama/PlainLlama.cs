using System.Text.Json;

namespace ActorRlhf.Models.Llama;

/// <summary>What <c>LlamaNetwork</c> and the CPU engine compute; every key that asks for something else is reported.</summary>
static class PlainLlama
{
    const string FullAttention = "full_attention";

    /// <summary>The class of the transformers library.</summary>
    public static string Architecture(HeadKind head) =>
        head is HeadKind.LanguageModel ? "LlamaForCausalLM" : "LlamaForSequenceClassification";

    /// <summary>Reports what is not plain Llama's.</summary>
    public static void RefuseAnythingElse(ConfigFields fields, HeadKind head)
    {
        if (fields.Find("model_type") is null) fields.Problems.Add("'model_type' is missing; expected \"llama\"");
        fields.MustBe("model_type", "llama");
        fields.MustBe("hidden_act", "silu", "swish"); // two names of one function
        foreach (var key in (ReadOnlySpan<string>)["attention_bias", "mlp_bias", "use_sliding_window"])
            if (fields.Truth(key, false)) fields.Problems.Add($"'{key}' is true; expected false");
        if (fields.Find("quantization_config") is { } quantized) fields.Wrong("quantization_config", quantized, "null");
        if (fields.Find("auto_map") is { } code)
            fields.Wrong("auto_map", code, "no such key, for code that comes with a model is never run");
        RefuseWindows(fields);
        if (head is HeadKind.Scalar) RefuseOtherLabels(fields);
        ConfigKeys.RefuseOtherArithmetic(fields);
        if (fields.Find("architectures") is not { } architectures) return;
        if (!IsAll(architectures, Architecture(head)) || architectures.GetArrayLength() == 0)
            fields.Wrong("architectures", architectures, $"[\"{Architecture(head)}\"]");
    }

    // A window that is switched off or never reached changes nothing.
    static void RefuseWindows(ConfigFields fields)
    {
        if (fields.Find("layer_types") is { } kinds
            && (!IsAll(kinds, FullAttention) || kinds.GetArrayLength() != fields.WholeNumber("num_hidden_layers")))
            fields.Wrong("layer_types", kinds, $"\"{FullAttention}\" as many times as num_hidden_layers says, or no such key");
        if (fields.Find("sliding_window") is not { } window) return;
        var isOff = fields.Find("use_sliding_window") is { ValueKind: JsonValueKind.False };
        if (!isOff && !(fields.WholeNumber("sliding_window") >= fields.WholeNumber("max_position_embeddings")))
            fields.Wrong("sliding_window", window, "null, or not less than max_position_embeddings");
    }

    // Without either key Hugging Face's classifier has two labels.
    static void RefuseOtherLabels(ConfigFields fields)
    {
        var (names, count) = (fields.Find("id2label"), fields.Find("num_labels"));
        if (names is { } labels && (labels.ValueKind is not JsonValueKind.Object || labels.EnumerateObject().Count() != 1))
            fields.Wrong("id2label", labels, "one label, the reward");
        if (count is { } number && fields.WholeNumber("num_labels") != 1) fields.Wrong("num_labels", number, "1");
        if (names is null && count is null)
            fields.Problems.Add("'id2label' and 'num_labels' are missing, which means two labels; expected one label, the reward");
    }

    static bool IsAll(JsonElement array, string text) => array.ValueKind is JsonValueKind.Array
        && array.EnumerateArray().All(element => element.ValueKind is JsonValueKind.String && element.ValueEquals(text));
}
