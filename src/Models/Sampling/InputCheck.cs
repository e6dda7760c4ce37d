using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Sampling;

/// <summary>What engines check before they compute, so that nothing is checked inside.</summary>
static class InputCheck
{
    /// <exception cref="ArgumentException">
    /// An option is out of range, or a prompt is empty, holds an id outside the vocabulary, or leaves no position.
    /// </exception>
    public static void Sampling(IReadOnlyList<SampleRequest> requests, SamplingOptions options, LlamaConfig config)
    {
        Require(options.MaxTokens >= 1, $"MaxTokens is {options.MaxTokens}; at least 1 token must be allowed");
        Require(options.VocabularySize >= 1, $"VocabularySize is {options.VocabularySize}; at least 1 token must be allowed");
        Temperature(options.Temperature);
        Require(options.TopK >= 0, $"TopK is {options.TopK}; expected 0 (keep all) or more");
        Require(options.TopP is > 0 and <= 1, $"TopP is {options.TopP}; expected a share in (0, 1]");
        for (var i = 0; i < requests.Count; i++)
        {
            var length = requests[i].PromptIds.Length;
            Require(length > 0, $"the prompt of request {i} is empty; it must hold at least the BOS token");
            Require(length < config.MaxPositions, $"the prompt of request {i} has {Counted.Of(length, "token")}; the model has "
                + $"{Counted.Of(config.MaxPositions, "position")} and one must be left");
            Ids(requests[i].PromptIds, i, config);
        }
    }

    /// <exception cref="ArgumentException">
    /// A sequence is empty or too long, holds an id outside the vocabulary, or has no prompt.
    /// </exception>
    public static void Scoring(IReadOnlyList<TokenSequence> sequences, LlamaConfig config)
    {
        for (var i = 0; i < sequences.Count; i++)
        {
            var (ids, prompt) = sequences[i];
            Require(ids.Length > 0, $"sequence {i} is empty");
            Require(ids.Length <= config.MaxPositions, $"sequence {i} has {Counted.Of(ids.Length, "token")}; the model has "
                + $"{Counted.Of(config.MaxPositions, "position")}");
            Require(prompt >= 1 && prompt <= ids.Length,
                $"sequence {i} has prompt length {prompt}; expected 1 to {ids.Length}, its number of tokens");
            Ids(ids, i, config);
        }
    }

    /// <exception cref="ArgumentException">The temperature is not a positive number.</exception>
    public static void Temperature(double temperature) =>
        Require(temperature > 0 && float.IsFinite((float)(1 / temperature)), // float32 must hold the factor of the logits
            $"the temperature is {temperature}; expected a positive number not below 1e-38 (for the most likely token use Greedy)");

    static void Ids(int[] ids, int index, LlamaConfig config)
    {
        foreach (var id in ids)
            if ((uint)id >= (uint)config.VocabularySize)      // of every token of every batch: no message is made before it is needed
                throw new ArgumentException(
                    $"sequence {index} holds token id {id}; the vocabulary has ids 0 to {config.VocabularySize - 1}");
    }

    static void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException(message);
    }
}
