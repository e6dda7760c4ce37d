using System.Globalization;
using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Llama;

/// <summary>Hugging Face's <c>config.json</c>, as far as a Llama model needs it.</summary>
/// <remarks>
/// Keys that we do not know are ignored; keys that would change the arithmetic in a way we do not implement (scaled rotary
/// embeddings, biases, other activations) are refused, never ignored. Missing keys have Hugging Face's defaults.
/// </remarks>
public static class LlamaConfigFile
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "config.json";

    const string NextStep = "Only plain Llama models can be loaded: correct the file or take another model.";
    const int MaxBytes = 1 << 20;
    const int MaxDepth = 32;
    const int MaxLayers = 1000;
    const int MaxPositions = 1 << 20;

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">What the model is to be used as; <c>architectures</c> must agree.</param>
    /// <exception cref="ModelFolderException">Not a regular file, not JSON, or any keys are missing or wrong; all of them are named.</exception>
    public static LlamaConfig Read(string path, HeadKind head)
    {
        if (FileKind.WhyNotRegular(path) is { } kind) throw new ModelFolderException(path, [$"this is {kind}; expected a regular file"], "Give a folder with config.json, model.safetensors and a tokenizer.");
        if (FileKind.Length(path) > MaxBytes) throw new ModelFolderException(path, [$"the file is larger than {MaxBytes} bytes"], NextStep);
        try
        {
            using var document = StrictJson.ParseObject(File.ReadAllBytes(path), MaxDepth);
            var fields = new ConfigFields(document.RootElement);
            var config = Read(fields, head);
            return fields.Problems.Count == 0 ? config : throw new ModelFolderException(path, fields.Problems, NextStep);
        }
        catch (JsonException damaged)
        {
            throw new ModelFolderException(path, [$"the file cannot be read: {damaged.Message}"], NextStep);
        }
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
        json.WriteStringValue(Architecture(head));
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

    static LlamaConfig Read(ConfigFields fields, HeadKind head)
    {
        RefuseOtherArithmetic(fields, head);
        var heads = fields.Integer("num_attention_heads", 1, short.MaxValue);
        var vocabulary = fields.Integer("vocab_size", 1, int.MaxValue);
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
            RopeTheta = fields.Positive("rope_theta", RopeParametersTheta(fields)),
            TieWordEmbeddings = fields.Truth("tie_word_embeddings", false),
            BosTokenId = fields.Integer("bos_token_id", 0, vocabulary - 1, fallback: 1),
            EosTokenId = fields.Integer("eos_token_id", 0, vocabulary - 1, fallback: 2),
        };
        if (fields.Problems.Count == 0) CheckSizes(fields, config);
        return config;
    }

    static void RefuseOtherArithmetic(ConfigFields fields, HeadKind head)
    {
        fields.MustBe("model_type", "llama", required: true);
        fields.MustBe("hidden_act", "silu");
        if (fields.Truth("attention_bias", false)) fields.Problems.Add("'attention_bias' is true; expected false");
        if (fields.Truth("mlp_bias", false)) fields.Problems.Add("'mlp_bias' is true; expected false");
        if (fields.Find("rope_scaling") is { } scaling) fields.Wrong("rope_scaling", scaling, "null");
        if (fields.Find("quantization_config") is { } quantized) fields.Wrong("quantization_config", quantized, "null");
        if (fields.Find("architectures") is not { } architectures) return;
        var known = architectures.ValueKind is JsonValueKind.Array
            && architectures.EnumerateArray().Any(name => name.ValueKind is JsonValueKind.String && name.ValueEquals(Architecture(head)));
        if (!known) fields.Wrong("architectures", architectures, $"[\"{Architecture(head)}\"]");
    }

    // Newer versions of the transformers library move the base into an object of its own.
    static double RopeParametersTheta(ConfigFields fields)
    {
        const double usual = 10000;
        if (fields.Find("rope_parameters") is not { } parameters) return usual;
        if (parameters.ValueKind is not JsonValueKind.Object)
        {
            fields.Wrong("rope_parameters", parameters, "an object");
            return usual;
        }
        var inner = new ConfigFields(parameters);
        inner.MustBe("rope_type", "default");
        var theta = inner.Positive("rope_theta", usual);
        fields.Problems.AddRange(inner.Problems.Select(problem => $"rope_parameters: {problem}"));
        return theta;
    }

    static void CheckSizes(ConfigFields fields, LlamaConfig config)
    {
        void Require(bool condition, string problem)
        {
            if (!condition) fields.Problems.Add(problem);
        }

        Require(config.HiddenSize % config.Heads == 0, $"'hidden_size' is {config.HiddenSize}; expected a multiple of num_attention_heads {config.Heads}");
        Require(config.Heads % config.KeyValueHeads == 0, $"'num_key_value_heads' is {config.KeyValueHeads}; expected a divisor of num_attention_heads {config.Heads}");
        Require(config.HeadSize % 2 == 0, $"the head size is {config.HeadSize}; expected an even number, for rotary embeddings turn pairs");
        Require(config.BosTokenId != config.EosTokenId, $"'eos_token_id' is {config.EosTokenId}; expected another id than bos_token_id");
        var headSize = fields.Integer("head_dim", 1, int.MaxValue, fallback: config.HeadSize);
        Require(headSize == config.HeadSize, $"'head_dim' is {headSize}; expected hidden_size / num_attention_heads = {config.HeadSize}");
        var parameters = Parameters(config);
        Require(parameters <= Array.MaxLength, $"the model has {parameters} parameters; expected at most {Array.MaxLength}");
    }

    // In 128 bits, since a hostile file may name sizes whose product overflows 64.
    static Int128 Parameters(LlamaConfig config)
    {
        Int128 v = config.VocabularySize, c = config.HiddenSize, f = config.IntermediateSize, keyValue = config.KeyValueHeads * (Int128)config.HeadSize;
        var layer = 2 * c + 2 * c * c + 2 * keyValue * c + 3 * f * c;
        return (config.TieWordEmbeddings ? 1 : 2) * v * c + config.Layers * layer + 2 * c + 1;
    }

    static string Architecture(HeadKind head) => head is HeadKind.LanguageModel ? "LlamaForCausalLM" : "LlamaForSequenceClassification";

    // With a decimal point, or Python would read 10000 as an integer.
    static void WriteReal(Utf8JsonWriter json, string key, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        json.WritePropertyName(key);
        json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }
}
