using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>How a run samples: the recipe's temperature and length, everywhere the same.</summary>
public static class RolloutSampling
{
    /// <summary>The options of a draw.</summary>
    public static SamplingOptions Options(Recipe recipe, ITokenizer tokenizer, Purpose purpose) => new()
    {
        MaxTokens = recipe.Sampling.MaxTokens,
        EosTokenId = tokenizer.EosTokenId,
        VocabularySize = tokenizer.VocabularySize,
        Seed = recipe.Seed,
        Purpose = purpose,
        Temperature = recipe.Sampling.Temperature,
    };

    internal static SamplingOptions Options(RunContext run, Purpose purpose) => Options(run.Recipe, run.World.Tokenizer, purpose);
}
