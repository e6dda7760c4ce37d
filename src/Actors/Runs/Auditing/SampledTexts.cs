using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Whether a sampler could have given the token ids of a completion, and whether its text and stop reason are theirs.</summary>
/// <param name="policy">The model, by its shape and its tokenizer.</param>
/// <param name="sampling">How it was sampled.</param>
sealed class SampledTexts(PolicyMaterial policy, SamplingRecipe sampling)
{
    const int MostText = 80;

    /// <summary>What is wrong with the completion of a rollout; null if nothing is.</summary>
    public string? Difference(RolloutRow row, int sample)
    {
        var which = $"the completion of sample {sample}";
        if (Ids(which, row.PromptIds, row.TokenIds, row.Completion) is { } wrong) return wrong;
        if (row.TokenIds.Length == 0) return null;    // a sampler that fails says anything, and the step is not applied
        var reason = EndsWithEos(row.TokenIds) ? EvaluationItem.StoppedByEos : EvaluationItem.StoppedByLength;
        return row.StopReason == reason ? null : $"{which} ended by '{Short(row.StopReason)}', its token ids by '{reason}'";
    }

    /// <summary>What is wrong with the completions of a comparison; null if nothing is.</summary>
    public string? Difference(ComparisonRow row, int comparison) =>
        Ids($"the chosen completion of comparison {comparison}", row.PromptIds, row.ChosenIds, row.Chosen)
        ?? Ids($"the rejected completion of comparison {comparison}", row.PromptIds, row.RejectedIds, row.Rejected);

    /// <summary>Completions as the sampler gave them, but for the log-probs.</summary>
    public IReadOnlyList<Completion> Completions(IEnumerable<int[]> all) =>
        [.. all.Select(ids => new Completion(ids, [], EndsWithEos(ids) ? StopReason.Eos : StopReason.Length))];

    /// <summary>The beginning of a text.</summary>
    public static string Short(string text) => text.Length > MostText ? $"{text[..MostText]}…" : text;

    string? Ids(string which, int[] promptIds, int[] ids, string text)
    {
        var (tokenizer, most) = (policy.Tokenizer, Math.Min(sampling.MaxTokens, policy.Shape.MaxPositions - promptIds.Length));
        var foreign = Array.FindIndex(ids, id => id < 0 || id >= tokenizer.VocabularySize);
        if (foreign >= 0) return $"{which} has the token id {ids[foreign]}, the tokenizer has 0 to {tokenizer.VocabularySize - 1}";
        if (ids.Length > most) return $"{which} has {Counted.Of(ids.Length, "token")}, at most {most} are sampled";
        if (tokenizer.Decode(ids) is var decoded && decoded != text)
            return $"{which} is '{Short(text)}', its token ids say '{Short(decoded)}'";
        var end = Array.IndexOf(ids, tokenizer.EosTokenId);
        if (end >= 0 && end < ids.Length - 1) return $"{which} goes on behind EOS, its token {end}";
        return ids.Length is 0 || end >= 0 || ids.Length == most
            ? null
            : $"{which} has no EOS and ends after {ids.Length} of {Counted.Of(most, "token")}";
    }

    bool EndsWithEos(int[] ids) => ids.Length > 0 && ids[^1] == policy.Tokenizer.EosTokenId;
}
