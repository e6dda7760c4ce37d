namespace ActorRlhf.Actors.Recipes;

/// <summary>The policy, section <c>policy</c>. Reference, reward models and critic have its shape.</summary>
public sealed record PolicyRecipe
{
    /// <summary>
    /// The model to start from: folder of a Llama in Hugging Face's layout, relative to the current directory,
    /// or <c>run:RUN@STEP</c>, the policy of a run of the same data directory after a step. It decides the
    /// shape, and the keys below are ignored. Required for <c>hh-rlhf</c>. Default none: trained from scratch.
    /// </summary>
    public string? Path { get; init; }
    /// <summary>The policy of another run that <see cref="Path"/> names; null where it names none.</summary>
    public RunPolicyName? OfRun => Path is not null && RunPolicyName.TryParse(Path, out var name) ? name : null;
    /// <summary>C, width, 2 to 8192. Default 64.</summary>
    public int HiddenSize { get; init; } = 64;
    /// <summary>Decoder layers, 1 to 128. Default 2.</summary>
    public int Layers { get; init; } = 2;
    /// <summary>
    /// H, query heads, 1 to 128; divides the hidden size into heads of an even size (rotary embedding turns pairs). Default 4.
    /// </summary>
    public int Heads { get; init; } = 4;
    /// <summary>
    /// K, key/value heads, 1 to 128; divides H (grouped-query attention, Ainslie et al. 2023, arXiv 2305.13245). Default 4.
    /// </summary>
    public int KeyValueHeads { get; init; } = 4;
    /// <summary>F, width of the feed-forward layer, 1 to 32768. Default 192.</summary>
    public int IntermediateSize { get; init; } = 192;
}
