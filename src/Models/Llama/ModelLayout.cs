namespace ActorRlhf.Models.Llama;

/// <summary>A parameter tensor's place in <c>ModelWeights.Data</c>.</summary>
/// <param name="Name">Hugging Face's name, for example <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Shape">Dimensions, row-major; a linear layer is (out, in).</param>
/// <param name="Offset">Index of the first element.</param>
/// <param name="Length">Number of elements.</param>
public sealed record ParameterSpec(string Name, int[] Shape, int Offset, int Length);

/// <summary>Names, shapes and order of a model's parameters: Hugging Face's, so that files can be exchanged.</summary>
public static class ModelLayout
{
    /// <summary>Name of the scalar head's weight, shape (1, C).</summary>
    internal const string ScoreWeight = "score.weight";
    /// <summary>
    /// Name of the scalar head's bias, shape (1). Hugging Face's sequence
    /// classifier has none; ours holds the centring of reward models.
    /// </summary>
    internal const string ScoreBias = "score.bias";
    /// <summary>Name of the embedding, shape (V, C).</summary>
    internal const string Embedding = "model.embed_tokens.weight";
    /// <summary>Name of the untied output projection, shape (V, C).</summary>
    internal const string LanguageModelHead = "lm_head.weight";

    /// <summary>The parameters of a model in file order.</summary>
    public static IReadOnlyList<ParameterSpec> Of(LlamaConfig config, HeadKind head)
    {
        var (c, f, keyValue) = (config.HiddenSize, config.IntermediateSize, config.KeyValueHeads * config.HeadSize);
        var layout = new List<ParameterSpec>();
        var offset = 0;
        void Add(string name, params int[] shape)
        {
            var length = shape.Aggregate(1, (product, size) => checked(product * size));
            layout.Add(new ParameterSpec(name, shape, offset, length));
            offset = checked(offset + length);
        }

        Add(Embedding, config.VocabularySize, c);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            Add(prefix + "input_layernorm.weight", c);
            Add(prefix + "self_attn.q_proj.weight", c, c);
            Add(prefix + "self_attn.k_proj.weight", keyValue, c);
            Add(prefix + "self_attn.v_proj.weight", keyValue, c);
            Add(prefix + "self_attn.o_proj.weight", c, c);
            Add(prefix + "post_attention_layernorm.weight", c);
            Add(prefix + "mlp.gate_proj.weight", f, c);
            Add(prefix + "mlp.up_proj.weight", f, c);
            Add(prefix + "mlp.down_proj.weight", c, f);
        }
        Add("model.norm.weight", c);
        if (head is HeadKind.Scalar)
        {
            Add(ScoreWeight, 1, c);
            Add(ScoreBias, 1);
        }
        else if (!config.TieWordEmbeddings) Add(LanguageModelHead, config.VocabularySize, c);
        return layout;
    }
}
