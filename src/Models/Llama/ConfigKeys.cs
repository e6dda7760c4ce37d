using System.Text.Json;
using System.Text.RegularExpressions;

namespace ActorRlhf.Models.Llama;

/// <summary>Keys of a model folder's JSON files that we do not obey: which cannot matter, which are refused.</summary>
/// <remarks>
/// Nobody can list the keys of all models to come, and ordinary folders carry many that mean nothing. So an unknown key is passed over,
/// unless its name speaks of the arithmetic and its value does not switch the matter off: then it is refused, as what it asks for would be
/// left out without a word. docs/models.md tells users the same.
/// </remarks>
static partial class ConfigKeys
{
    // Read by LlamaConfigFile and its neighbours, each with its own check.
    static readonly HashSet<string> s_obeyed = new(StringComparer.Ordinal)
    {
        "architectures", "model_type", "hidden_act", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
        "num_key_value_heads", "head_dim", "vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling",
        "rope_parameters", "tie_word_embeddings", "attention_bias", "mlp_bias", "bos_token_id", "eos_token_id",
        "quantization_config", "auto_map", "sliding_window", "use_sliding_window", "layer_types", "id2label", "num_labels",
    };

    // Their names speak of the arithmetic, but they choose an implementation or mean nothing by themselves.
    static readonly HashSet<string> s_harmless = new(StringComparer.Ordinal)
    {
        "max_window_layers", // which layers would have the window, if there were one
        "original_max_position_embeddings", // read by rope scaling only, which is refused
        "attention_softmax_in_fp32", "output_attentions", "output_hidden_states", "num_logits_to_keep", "logits_to_keep",
        "is_llama_config", "model_max_length", "max_sequence_length",
    };

    // The value that leaves the computation as it is, where that is neither null, false, 0 nor empty.
    static readonly Dictionary<string, string> s_off = new(StringComparer.Ordinal)
    {
        ["partial_rotary_factor"] = "1",
        ["rotary_pct"] = "1",
        ["logit_scale"] = "1",
        ["logits_scaling"] = "1",
        ["embedding_multiplier"] = "1",
        ["residual_multiplier"] = "1",
        ["scale_emb"] = "1",
        ["scale_attn_weights"] = "true",
        ["is_causal"] = "true",
        ["use_rms_norm"] = "true",
        ["hidden_activation"] = "\"silu\"",
        ["activation_function"] = "\"silu\"",
        ["repetition_penalty"] = "1",
        ["encoder_repetition_penalty"] = "1",
        ["num_beams"] = "1",
        ["num_beam_groups"] = "1",
        ["guidance_scale"] = "1",
    };

    // What changes even the most likely completion. How tokens are drawn (temperature, top_k, top_p, lengths) is the caller's choice.
    static readonly string[] s_generation =
    [
        "repetition_penalty", "encoder_repetition_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
        "force_words_ids", "sequence_bias", "suppress_tokens", "begin_suppress_tokens", "forced_bos_token_id", "forced_eos_token_id",
        "forced_decoder_ids", "exponential_decay_length_penalty", "min_length", "min_new_tokens", "num_beams", "num_beam_groups",
        "diversity_penalty", "penalty_alpha", "guidance_scale", "watermarking_config", "dola_layers", "constraints", "stop_strings",
    ];

    /// <summary>Reports every key of a <c>config.json</c> that asks for a computation which Llama's network does not do.</summary>
    public static void RefuseOtherArithmetic(ConfigFields fields)
    {
        foreach (var (key, value) in fields.All)
        {
            if (s_obeyed.Contains(key) || s_harmless.Contains(key) || s_generation.Contains(key)) continue;
            var speaks = s_off.ContainsKey(key) || (Arithmetic().IsMatch(key) && !NotTheNumbers().IsMatch(key));
            if (speaks && !IsOff(key, value)) fields.Wrong(key, value, $"{Off(key)}: this is not computed");
        }
        RefuseOtherGeneration(fields); // Hugging Face reads these from config.json too, where generation_config.json is missing
    }

    /// <summary>Reports every key that would make a model generate otherwise than by its own probabilities.</summary>
    public static void RefuseOtherGeneration(ConfigFields fields)
    {
        foreach (var key in s_generation)
            if (fields.Find(key) is { } value && !IsOff(key, value)) fields.Wrong(key, value, $"{Off(key)}: this is not done");
    }

    static string Off(string key) => s_off.TryGetValue(key, out var off) ? $"{off} or no such key" : "no such key, or null, false or 0";

    static bool IsOff(string key, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null) return true;
        if (s_off.TryGetValue(key, out var off))
        {
            return value.ValueKind is JsonValueKind.Number
                ? value.TryGetDouble(out var number) && off == "1" && number == 1
                : value.GetRawText() == off;
        }
        return value.ValueKind switch
        {
            JsonValueKind.False => true,
            JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
            JsonValueKind.String => value.GetString() is "",
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.Object => !value.EnumerateObject().Any(),
            _ => false,
        };
    }

    [GeneratedRegex("rope|rotary|theta|attn|attention|window|scal|multiplier|softcap|logit|norm|bias|expert|moe|router|mixture|quant|"
        + "compress|alibi|activation|_act$|residual|clip|factor|direction|causal|prun|layer|emb|head|mlp|ffn|encoder|cross|lora|adapter|"
        + "sparse|position", RegexOptions.IgnoreCase)]
    private static partial Regex Arithmetic();

    // Training, initialisation and the choice among implementations of the same formula.
    [GeneratedRegex("drop|init|_loss|loss_|coef|flash|sdpa|implementation|cache|^_name_or_path$", RegexOptions.IgnoreCase)]
    private static partial Regex NotTheNumbers();
}
