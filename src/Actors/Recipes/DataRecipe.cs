using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Files of a world that is not procedural, section <c>data</c>. Ignored by Pocket.</summary>
public sealed record DataRecipe
{
    /// <summary>
    /// File of preference pairs (JSON lines, also gzipped), relative to the current
    /// directory. Required for <c>hh-rlhf</c>, refused elsewhere. Default none.
    /// </summary>
    public string? Path { get; init; }
    /// <summary>Longest prompt in tokens, BOS included, 1 to 32768. Default 192.</summary>
    public int MaxPromptTokens { get; init; } = 192;
    /// <summary>What happens to a longer prompt. Default <c>keep-last</c>.</summary>
    public TruncationRule Truncation { get; init; } = TruncationRule.KeepLast;
    /// <summary>Share of the prompts for pretraining and preferences, above 0 and below 1. Default 0.6.</summary>
    public double TrainingShare { get; init; } = 0.6;
    /// <summary>Share of the prompts for RL, above 0 and below 1. What the two shares leave is for evaluation. Default 0.25.</summary>
    public double RlShare { get; init; } = 0.25;
}
