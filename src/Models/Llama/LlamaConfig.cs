namespace ActorRlhf.Models.Llama;

/// <summary>The shape of a Llama model, as in Hugging Face's <c>config.json</c>.</summary>
/// <remarks>
/// Legend used by all model code: B batch, T tokens, C hidden size, H query heads,
/// K key/value heads, D = C / H head size, F intermediate size, V vocabulary.
/// </remarks>
public sealed record LlamaConfig
{
    /// <summary>C, <c>hidden_size</c>.</summary>
    public required int HiddenSize { get; init; }
    /// <summary>F, <c>intermediate_size</c>.</summary>
    public required int IntermediateSize { get; init; }
    /// <summary>Number of decoder layers, <c>num_hidden_layers</c>.</summary>
    public required int Layers { get; init; }
    /// <summary>H, <c>num_attention_heads</c>.</summary>
    public required int Heads { get; init; }
    /// <summary>K, <c>num_key_value_heads</c>; divides H.</summary>
    public required int KeyValueHeads { get; init; }
    /// <summary>V, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }
    /// <summary>Longest sequence in tokens, <c>max_position_embeddings</c>.</summary>
    public required int MaxPositions { get; init; }
    /// <summary><c>rms_norm_eps</c>.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-5;
    /// <summary>Base of the rotary embedding, <c>rope_theta</c>.</summary>
    public double RopeTheta { get; init; } = 10000;
    /// <summary>Whether the output projection is the embedding, <c>tie_word_embeddings</c>.</summary>
    public bool TieWordEmbeddings { get; init; }
    /// <summary><c>bos_token_id</c>.</summary>
    public int BosTokenId { get; init; } = 1;
    /// <summary><c>eos_token_id</c>.</summary>
    public int EosTokenId { get; init; } = 2;

    /// <summary>D = C / H.</summary>
    public int HeadSize => HiddenSize / Heads;
}
