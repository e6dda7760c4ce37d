namespace ActorRlhf.Actors.Recipes;

/// <summary>How completions are sampled everywhere in a run, section <c>sampling</c>.</summary>
public sealed record SamplingRecipe
{
    /// <summary>Divides the logits of sampler, policy and reference alike, above 0 and at most 100. Default 1.</summary>
    public double Temperature { get; init; } = 1;
    /// <summary>Most response tokens, EOS included, 1 to 4096. Default 28.</summary>
    public int MaxTokens { get; init; } = 28;
}
