using System.Text.Json;
using ActorRlhf.Models.Wording;
using static ActorRlhf.Models.Tokenizers.TokenizerJsonFile;
using PieceKind = ActorRlhf.Models.Tokenizers.SentencePieceModel.PieceKind;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>Checks that a <c>tokenizer.json</c> is what transformers makes of the <c>tokenizer.model</c> beside it.</summary>
/// <remarks>
/// The format is huggingface/tokenizers'. <c>truncation</c>, <c>padding</c> and <c>decoder</c> do not act on ids. The order of merges
/// with equal scores is not checked: there transformers differs from SentencePiece, whose ids are ours.
/// </remarks>
static class FastTokenizer
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "tokenizer.json";

    const string Model = SentencePieceTokenizer.FileName;
    const string Another = "The two files are of different tokenizers: remove the one that is not the model's.";

    /// <summary>Checks a file.</summary>
    /// <param name="model">The pieces.</param>
    /// <param name="tokens">Which added tokens are allowed.</param>
    /// <param name="decidesBos">Whether the configuration leaves BOS to this file.</param>
    /// <param name="addPrefix">Whether we put a space before texts; null where the configuration says so, which is above this file.</param>
    /// <exception cref="TokenizerFileException">The file describes another tokenizer.</exception>
    public static void Check(TokenizerJsonFile file, SentencePieceModel model, AddedTokenRule tokens, bool decidesBos, bool? addPrefix)
    {
        const string Added = "added_tokens";
        if (file.Value(Added) is { } added)
            foreach (var token in file.Require(Added, added, JsonValueKind.Array, "a list of tokens").EnumerateArray())
                tokens.Check(file, Added, file.Token(Added, token), file.Id($"{Added}.id", token, "id"));

        var description = file.Require("model", file.Root, "model", JsonValueKind.Object, "a BPE model");
        CheckKind(file, description, model);
        CheckVocabulary(file, description, model);
        CheckMerges(file, description, model);
        var puts = PutsSpaceBeforeTexts(file);
        if (addPrefix is not null && puts != addPrefix)
        {
            var (what, expected) = puts ? ("puts a space before texts", "none") : ("puts no space before texts", "one");
            throw file.Refusal("normalizer", what, $"{expected}, as in {Model}", Another);
        }
        if (decidesBos) CheckTemplate(file, model);
    }

    static void CheckKind(TokenizerJsonFile file, JsonElement description, SentencePieceModel model)
    {
        Require("type", "\"BPE\"", "\"BPE\"");
        Require("dropout", "none", "0", "0.0");
        Require("ignore_merges", "false", "false");
        Require("continuing_subword_prefix", "none", "\"\"");
        Require("end_of_word_suffix", "none", "\"\"");
        if (Value(description, "byte_fallback") is { ValueKind: JsonValueKind.True } != model.ByteFallback)
            throw file.Refusal("model.byte_fallback", model.ByteFallback ? "is not true" : "is true", $"the one of {Model}", Another);

        void Require(string key, string expected, params ReadOnlySpan<string> allowed)
        {
            if (Value(description, key)?.GetRawText() is { } value && !allowed.Contains(value))
                throw file.Refusal($"model.{key}", $"is {value}", expected);
        }
    }

    static void CheckVocabulary(TokenizerJsonFile file, JsonElement description, SentencePieceModel model)
    {
        const string Key = "model.vocab";
        var (pieces, count) = (model.Pieces, 0);
        foreach (var entry in file.Require(Key, description, "vocab", JsonValueKind.Object, "ids by piece").EnumerateObject())
        {
            var id = file.Id(Key, entry.Value);
            if (id < 0 || id >= pieces.Count || pieces[id].Text != entry.Name)
                throw file.Refusal(Key, $"has '{entry.Name}' as {id}", $"the pieces of {Model}", Another);
            count++;
        }
        if (count != pieces.Count) throw file.Refusal(Key, $"has {Counted.Of(count, "piece")}", $"the {pieces.Count} of {Model}", Another);
    }

    static void CheckMerges(TokenizerJsonFile file, JsonElement description, SentencePieceModel model)
    {
        const string Key = "model.merges";
        var scores = model.Pieces.Where(piece => piece.Kind is PieceKind.Normal).ToDictionary(piece => piece.Text, piece => piece.Score);
        var (found, before) = (new HashSet<(string, string)>(), float.PositiveInfinity);
        foreach (var merge in file.Require(Key, description, "merges", JsonValueKind.Array, "pairs of pieces").EnumerateArray())
        {
            // Older files write "a b", newer ones ["a","b"].
            string[] parts = merge.ValueKind is JsonValueKind.Array
                ? [.. merge.EnumerateArray().Select(part => file.Token(Key, part))]
                : file.Token(Key, merge).Split(' ');
            if (parts is not [var left, var right]) throw file.Refusal(Key, $"has {merge.GetRawText()}", "pairs of pieces");
            if (!scores.TryGetValue(left + right, out var score)) continue; // no piece that comes of merging
            if (score > before)
                throw file.Refusal(
                    Key, $"has {merge.GetRawText()} behind one of lower score", $"the order of the scores of {Model}", Another);
            before = score;
            found.Add((left, right));
        }
        foreach (var text in scores.Keys)
        {
            for (var cut = 1; cut < text.Length; cut++)
            {
                var (left, right) = (text[..cut], text[cut..]);
                if (scores.ContainsKey(left) && scores.ContainsKey(right) && !found.Contains((left, right)))
                    throw file.Refusal(Key, $"lacks '{left}' and '{right}'", $"all that make a piece of {Model}", Another);
            }
        }
    }

    /// <summary>Checks that spaces become ▁ and nothing else is changed, before or between the words.</summary>
    static bool PutsSpaceBeforeTexts(TokenizerJsonFile file)
    {
        var (puts, escapes) = (false, false);
        if (file.Value("normalizer") is { } normalizer)
        {
            foreach (var step in Items(Value(normalizer, "normalizers")) ?? [normalizer])
            {
                var pattern = Value(step, "pattern") ?? default;
                if (Is(step, "type", "Prepend") && Is(step, "prepend", "▁")) puts = true;
                else if (Is(step, "type", "Replace") && Is(pattern, "String", " ") && Is(step, "content", "▁")) escapes = true;
                else throw file.Refusal("normalizer", $"has {step.GetRawText()}", "Prepend and Replace, with ▁ for a space");
            }
        }
        if (file.Value("pre_tokenizer") is { } before)
        {
            var keepsWhole = Value(before, "split") is { ValueKind: JsonValueKind.False };
            if (!Is(before, "type", "Metaspace") || !Is(before, "replacement", "▁") || !keepsWhole)
                throw file.Refusal("pre_tokenizer", $"is {before.GetRawText()}", "none, or Metaspace with ▁ for a space and 'split' false");
            escapes = true;
            puts |= !Is(before, "prepend_scheme", "never") && Value(before, "add_prefix_space") is not { ValueKind: JsonValueKind.False };
        }
        return escapes ? puts : throw file.Refusal("normalizer", "leaves spaces as they are", "Replace, with ▁ for a space");
    }

    // What the configuration leaves open, transformers 5 takes from here, and 4 puts BOS.
    static void CheckTemplate(TokenizerJsonFile file, SentencePieceModel model)
    {
        if (file.Value("post_processor") is not { } template) return;
        var bos = model.Pieces[model.BosId].Text;
        if (Items(Value(template, "single")) is [var first, var text]
            && Is(Value(first, "SpecialToken") ?? default, "id", bos) && Value(text, "Sequence") is not null) return;
        throw file.Refusal("post_processor", $"is {template.GetRawText()}",
            $"'{bos}' before the text and nothing else, or 'add_bos_token' in {TokenizerFiles.Config}");
    }

    static JsonElement[]? Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : null;

    static bool Is(JsonElement parent, string key, string text) =>
        Value(parent, key) is { ValueKind: JsonValueKind.String } value && value.GetString() == text;
}
