using System.Globalization;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Asks a language model questions with choices, by how likely it thinks each.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="positions">Tokens that the model has room for.</param>
/// <param name="logProbs">Log-probs in nats of the completion tokens of each sequence, under the model.</param>
/// <param name="letters">Whether the choices' letters are scored, not their texts.</param>
/// <remarks>
/// Nothing is truncated, unlike in lm-evaluation-harness, which drops tokens from the left without a word: an item for which
/// the model has no room fails.
/// </remarks>
sealed class ChoiceBench(
    ITokenizer tokenizer, int positions, Func<IReadOnlyList<TokenSequence>, IReadOnlyList<float[]>> logProbs, bool letters)
{
    /// <summary>Results in the items' order. Those of an item have the same bits whatever stands beside it.</summary>
    public IReadOnlyList<BenchResult> Score(IReadOnlyList<ChoiceItem> items)
    {
        var encoded = items.Select(Encode).ToArray();
        using var rows = logProbs([.. encoded.SelectMany(one => one.Sequences)]).GetEnumerator();
        return [.. items.Zip(encoded, (item, one) => Result(item, one, [.. one.Sequences.Select(_ => Sum(rows))]))];
    }

    /// <summary>The ids of a context, and those that an answer adds to them.</summary>
    /// <remarks>
    /// As in lm-evaluation-harness an answer's ids are those of the whole text behind as many as the context has, so that the
    /// space between the two is the tokenizer's business: SentencePiece makes it the ▁ of the answer's first piece, which is
    /// what it puts before a completion, too. Words have a separator between prompt and completion, and no other text.
    /// </remarks>
    internal static TokenSequence Encode(ITokenizer tokenizer, string context, string answer)
    {
        var prompt = tokenizer.EncodePrompt(context);
        return tokenizer is WordTokenizer
            ? TokenSequence.Of(prompt, tokenizer.EncodeCompletion(answer))
            : TokenSequence.Of(prompt, [.. tokenizer.EncodePrompt($"{context} {answer}").Skip(prompt.Length)]);
    }

    Encoded Encode(ChoiceItem item)
    {
        if (item.Question is not { } question) return new Encoded(null, [], item.Error);
        var prompt = ChoicePrompt.Of(question, letters);
        TokenSequence[] sequences;
        try { sequences = [.. prompt.Answers.Select(answer => Encode(tokenizer, prompt.Context, answer))]; }
        catch (UntokenizableTextException unknown) { return new Encoded(prompt, [], unknown.Message); }
        var longest = sequences.Max(one => one.TokenIds.Length);
        if (longest > positions)
            return new Encoded(prompt, [], string.Create(CultureInfo.InvariantCulture,
                $"question and choice have {longest} tokens, the model has {positions} positions; nothing is truncated"));
        var none = Array.FindIndex(sequences, one => one.CompletionLength == 0);
        return none < 0 ? new Encoded(prompt, sequences, null) : new Encoded(prompt, [], $"choice {none} has no token of its own");
    }

    static BenchResult Result(ChoiceItem item, Encoded one, IReadOnlyList<double> logLikelihoods)
    {
        var (id, slices) = (item.Index.ToString(CultureInfo.InvariantCulture), item.Question?.Slices);
        return one.Error is { } error
            ? BenchResult.Of(item.Index, new FailedItem(id, error), slices)
            : BenchResult.Of(
                item.Index, ChoiceScores.Of(id, one.Prompt!.Answers, item.Question!.Answer, logLikelihoods), slices,
                logLikelihoods: logLikelihoods);
    }

    /// <summary>Adds in float64, in the tokens' order.</summary>
    static double Sum(IEnumerator<float[]> rows)
    {
        rows.MoveNext();
        var sum = 0.0;
        foreach (var logProb in rows.Current) sum += logProb;
        return sum;
    }

    /// <summary>An item as tokens; no sequences where it failed.</summary>
    sealed record Encoded(ChoicePrompt? Prompt, IReadOnlyList<TokenSequence> Sequences, string? Error);
}
