using System.Globalization;
using System.Text.RegularExpressions;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Llama;

/// <summary>Compares the tensors of files with those that a model has: none missing, none too many, each of its shape.</summary>
static partial class TensorsOfModel
{
    const string NextStep = "The files belong to another model: check config.json against the tensors.";
    static readonly TensorType[] s_types = [TensorType.F32, TensorType.F16, TensorType.BF16];

    /// <summary>The file of every tensor of the model, and of a tied model's own head if it has one.</summary>
    /// <param name="path">Names the files in errors.</param>
    /// <param name="files">Open files; headers only are looked at.</param>
    /// <param name="config">The shape that they must have.</param>
    /// <param name="head">The head that they must have.</param>
    /// <exception cref="ModelFolderException">
    /// Tensors are missing, unexpected or have another shape or dtype; all of them are named.
    /// </exception>
    public static IReadOnlyDictionary<string, SafetensorsFile> Of(
        string path, IReadOnlyList<SafetensorsFile> files, LlamaConfig config, HeadKind head)
    {
        var found = new Dictionary<string, (SafetensorsFile File, TensorEntry Tensor)>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var file in files)
            foreach (var tensor in file.Tensors)
                if (!found.TryAdd(tensor.Name, (file, tensor))) problems.Add($"'{tensor.Name}' is in two files");

        var layout = ModelLayout.Of(config, head);
        var expected = layout.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape, StringComparer.Ordinal);
        if (head is HeadKind.LanguageModel && config.TieWordEmbeddings && found.ContainsKey(ModelLayout.LanguageModelHead))
            expected.Add(ModelLayout.LanguageModelHead, expected[ModelLayout.Embedding]);
        problems.AddRange(KeysThatDisagree(found.Keys, config, head));
        foreach (var (name, shape) in expected)
        {
            if (!found.TryGetValue(name, out var place)) problems.Add($"'{name}' is missing");
            else if (!place.Tensor.Shape.SequenceEqual(shape.Select(size => (long)size)))
                problems.Add($"'{name}' has the shape [{string.Join(", ", place.Tensor.Shape)}], "
                    + $"expected [{string.Join(", ", shape)}]{Keys(name)}");
            else if (!s_types.Contains(place.Tensor.Type))
                problems.Add($"'{name}' has dtype {place.Tensor.Type}, expected {string.Join(" or ", s_types)}");
        }
        problems.AddRange(found.Keys.Where(name => !expected.ContainsKey(name) && !Buffer().IsMatch(name))
            .Order(StringComparer.Ordinal).Select(name => $"'{name}' is unexpected"));
        return problems.Count == 0
            ? found.ToDictionary(entry => entry.Key, entry => entry.Value.File, StringComparer.Ordinal)
            : throw new ModelFolderException(path, problems, NextStep);
    }

    // Names of tensors that can only be if a key of config.json is wrong.
    static IEnumerable<string> KeysThatDisagree(IReadOnlyCollection<string> names, LlamaConfig config, HeadKind head)
    {
        var layers = names.Select(name => LayerOf().Match(name)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1).DefaultIfEmpty().Max();
        if (layers > 0 && layers != config.Layers)
            yield return $"'num_hidden_layers' is {config.Layers} in config.json, the tensors are of {layers} layers";
        foreach (var (part, key) in ((string, string)[])[("self_attn.", "attention_bias"), ("mlp.", "mlp_bias")])
        {
            if (names.Any(name =>
                name.EndsWith(".bias", StringComparison.Ordinal) && LayerOf().Replace(name, "").StartsWith(part, StringComparison.Ordinal)))
                yield return $"'{key}' is false in config.json, the tensors have biases";
        }
        var (scores, predicts) = (names.Contains(ModelLayout.ScoreWeight), names.Contains(ModelLayout.LanguageModelHead));
        if (head is HeadKind.LanguageModel && scores)
            yield return $"'architectures' is {PlainLlama.Architecture(head)} in config.json, "
                + $"'{ModelLayout.ScoreWeight}' is of a classifier";
        else if (head is HeadKind.LanguageModel && !config.TieWordEmbeddings && names.Contains(ModelLayout.Embedding) && !predicts)
            yield return $"'tie_word_embeddings' is false in config.json, but there is no '{ModelLayout.LanguageModelHead}'";
    }

    // The keys of config.json from which a shape follows.
    static string Keys(string name) => LayerOf().Replace(name, "") switch
    {
        ModelLayout.Embedding or ModelLayout.LanguageModelHead => ", as vocab_size and hidden_size say",
        "self_attn.k_proj.weight" or "self_attn.v_proj.weight" => ", as num_key_value_heads, num_attention_heads and hidden_size say",
        "mlp.gate_proj.weight" or "mlp.up_proj.weight" or "mlp.down_proj.weight" => ", as intermediate_size and hidden_size say",
        _ => ", as hidden_size says",
    };

    [GeneratedRegex(@"\Amodel\.layers\.([0-9]{1,6})\.")]
    private static partial Regex LayerOf();

    // Older versions of the transformers library saved what follows from the rotary base.
    [GeneratedRegex(@"\Amodel\.(layers\.[0-9]{1,6}\.self_attn\.)?rotary_emb\.inv_freq\z")]
    private static partial Regex Buffer();
}
