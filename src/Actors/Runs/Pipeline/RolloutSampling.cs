using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>How a run samples: the recipe's temperature and length, everywhere the same.</summary>
static class RolloutSampling
{
    public static SamplingOptions Options(RunContext run, Purpose purpose) => new()
    {
        MaxTokens = run.Recipe.Sampling.MaxTokens,
        EosTokenId = run.World.Tokenizer.EosTokenId,
        VocabularySize = run.World.Tokenizer.VocabularySize,
        Seed = run.Recipe.Seed,
        Purpose = purpose,
        Temperature = run.Recipe.Sampling.Temperature,
    };
}
