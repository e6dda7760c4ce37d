using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Training;

/// <summary>Small models and batches to train on.</summary>
static class Example
{
    public static ModelWeights Policy(ulong seed = 1) => Some.Weights(Some.OddShape, seed: seed);

    public static ModelWeights Critic(ulong seed = 2) => Some.Weights(Some.OddShape, HeadKind.Scalar, seed);

    /// <summary>Prompts of 1 to 9 tokens, completions of 1 to 13.</summary>
    public static TokenSequence[] Sequences(int count, LlamaConfig? config = null) =>
        [.. Enumerable.Range(0, count)
            .Select(i => new TokenSequence(Some.Tokens(config ?? Some.OddShape, 2 + i * 7 % 9 + i * 5 % 13, i), 1 + i * 7 % 9))];

    public static Comparison[] Comparisons(int count) =>
        [.. Sequences(2 * count).Chunk(2).Select(pair => new Comparison(pair[0], pair[1]))];

    /// <summary>Episodes whose old numbers are the trainer's own, with random advantages and returns.</summary>
    public static PpoEpisode[] Episodes(
        PpoTrainer trainer, IReadOnlyList<TokenSequence> sequences, PpoOptions? options = null, ulong seed = 1, int step = 1)
    {
        var (logProbs, values) = trainer.Measure(sequences, options ?? new PpoOptions(), seed, step);
        var random = Purpose.Bootstrap.Draws(5);
        return [.. sequences.Select((sequence, i) => new PpoEpisode(sequence, logProbs[i], values[i],
            Array.ConvertAll(logProbs[i], _ => (float)random.Normal()),
            Array.ConvertAll(values[i], value => value + (float)random.Normal())))];
    }
}
