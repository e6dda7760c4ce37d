using System.Globalization;
using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Llama;

/// <summary>Hugging Face's <c>config.json</c>, as far as a Llama model needs it.</summary>
/// <remarks>
/// Whatever would change the arithmetic in a way that we do not implement (scaled rotary embeddings, biases, other activations) is
/// refused by its key, in the spelling of version 4 of the transformers library and of version 5; <see cref="ConfigKeys"/> says what
/// becomes of other keys. Missing keys have Hugging Face's defaults.
/// </remarks>
public static class LlamaConfigFile
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "config.json";

    const string NextStep = "Only plain Llama models can be loaded, see docs/models.md: correct the file or take another model.";
    const int MaxLayers = 1000;
    const int MaxPositions = 1 << 20;

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What the model is to be used as; <c>architectures</c> must agree.</param>
    /// <exception cref="ModelFolderException">
    /// Not a regular file, not JSON, or any keys are missing or wrong; all of them are named.
    /// </exception>
    public static LlamaConfig Read(string path, HeadKind head) => Read(path, head, out _);

    /// <summary>Reads and checks a configuration, and the ids that end a text, of which it may name several.</summary>
    internal static LlamaConfig Read(string path, HeadKind head, out IReadOnlyList<int> eosTokenIds)
    {
        using var document = ModelFolderJson.Parse(path);
        var fields = new ConfigFields(document.RootElement);
        var config = Read(fields, head, out eosTokenIds);
        return fields.Problems.Count == 0 ? config : throw new ModelFolderException(path, fields.Problems, NextStep);
    }

    /// <summary>Writes a configuration that <see cref="Read(string, HeadKind)"/> and Hugging Face can read.</summary>
    /// <param name="path">The file; its folder exists. Replaced whole or not at all.</param>
    /// <param name="config">The shape.</param>
    /// <param name="head">Decides <c>architectures</c>.</param>
    public static void Write(string path, LlamaConfig config, HeadKind head) => DurableFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue(PlainLlama.Architecture(head));
        json.WriteEndArray();
        json.WriteString("model_type", "llama");
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("intermediate_size", config.IntermediateSize);
        json.WriteNumber("num_hidden_layers", config.Layers);
        json.WriteNumber("num_attention_heads", config.Heads);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeads);
        json.WriteNumber("head_dim", config.HeadSize);
        json.WriteNumber("vocab_size", config.VocabularySize);
        json.WriteNumber("max_position_embeddings", config.MaxPositions);
        WriteReal(json, "rms_norm_eps", config.RmsNormEpsilon);
        WriteReal(json, "rope_theta", config.RopeTheta);
        json.WriteBoolean("tie_word_embeddings", config.TieWordEmbeddings);
        json.WriteBoolean("attention_bias", false);
        json.WriteBoolean("mlp_bias", false);
        json.WriteNumber("bos_token_id", config.BosTokenId);
        json.WriteNumber("eos_token_id", config.EosTokenId);
        if (head is HeadKind.Scalar) json.WriteNumber("num_labels", 1);
        json.WriteString("torch_dtype", "float32");
        json.WriteEndObject();
    });

    static LlamaConfig Read(ConfigFields fields, HeadKind head, out IReadOnlyList<int> eosTokenIds)
    {
        PlainLlama.RefuseAnythingElse(fields, head);
        var heads = fields.Integer("num_attention_heads", 1, short.MaxValue);
        var vocabulary = fields.Integer("vocab_size", 1, int.MaxValue);
        eosTokenIds = fields.TokenIds("eos_token_id", vocabulary, 2);
        var config = new LlamaConfig
        {
            HiddenSize = fields.Integer("hidden_size", 1, int.MaxValue),
            IntermediateSize = fields.Integer("intermediate_size", 1, int.MaxValue),
            Layers = fields.Integer("num_hidden_layers", 1, MaxLayers),
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads", 1, short.MaxValue, fallback: heads),
            VocabularySize = vocabulary,
            MaxPositions = fields.Integer("max_position_embeddings", 1, MaxPositions, fallback: 2048),
            RmsNormEpsilon = fields.Positive("rms_norm_eps", 1e-6),
            RopeTheta = RopeKeys.Theta(fields),
            TieWordEmbeddings = fields.Truth("tie_word_embeddings", false),
            BosTokenId = fields.Integer("bos_token_id", 0, vocabulary - 1, fallback: 1),
            EosTokenId = eosTokenIds[0],
        };
        if (fields.Problems.Count == 0) CheckSizes(fields, config);
        return config;
    }

    static void CheckSizes(ConfigFields fields, LlamaConfig config)
    {
        void Require(bool condition, string problem)
        {
            if (!condition) fields.Problems.Add(problem);
        }

        Require(config.HiddenSize % config.Heads == 0,
            $"'hidden_size' is {config.HiddenSize}; expected a multiple of num_attention_heads {config.Heads}");
        if (config.HeadSize == 0) return;             // there is nothing more to be said of such heads
        Require(config.Heads % config.KeyValueHeads == 0,
            $"'num_key_value_heads' is {config.KeyValueHeads}; expected a divisor of num_attention_heads {config.Heads}");
        Require(config.HeadSize % 2 == 0, $"the head size is {config.HeadSize}; expected an even number, for rotary embeddings turn pairs");
        Require(config.BosTokenId != config.EosTokenId, $"'eos_token_id' is {config.EosTokenId}; expected another id than bos_token_id");
        var headSize = fields.Integer("head_dim", 1, int.MaxValue, fallback: config.HeadSize);
        Require(headSize == config.HeadSize, $"'head_dim' is {headSize}; expected hidden_size / num_attention_heads = {config.HeadSize}");
        var angles = config.MaxPositions * (long)config.HeadSize;
        Require(angles <= Array.MaxLength,
            $"'max_position_embeddings' is {config.MaxPositions}; expected at most {Array.MaxLength / config.HeadSize}");
        var parameters = Parameters(config);
        Require(parameters <= Array.MaxLength, $"the model has {parameters} parameters; expected at most {Array.MaxLength}");
    }

    // In 128 bits, since a hostile file may name sizes whose product overflows 64.
    static Int128 Parameters(LlamaConfig config)
    {
        Int128 v = config.VocabularySize, c = config.HiddenSize, f = config.IntermediateSize;
        var keyValue = config.KeyValueHeads * (Int128)config.HeadSize;
        var layer = 2 * c + 2 * c * c + 2 * keyValue * c + 3 * f * c;
        return (config.TieWordEmbeddings ? 1 : 2) * v * c + config.Layers * layer + 2 * c + 1;
    }

    // With a decimal point, or Python would read 10000 as an integer.
    static void WriteReal(Utf8JsonWriter json, string key, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        json.WritePropertyName(key);
        json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }
}
