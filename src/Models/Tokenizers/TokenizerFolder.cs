using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>Finds the tokenizer in a model folder.</summary>
public static class TokenizerFolder
{
    const int MaxConfigBytes = 16 << 20;
    const int MaxConfigDepth = 32;

    /// <summary>Whether a file of that name belongs to a tokenizer.</summary>
    public static bool IsPart(string file) => file is SentencePieceTokenizer.FileName or WordTokenizer.FileName or TokenizerFiles.Config;

    /// <summary>Loads <c>tokenizer.model</c> or <c>words.txt</c>, whichever is there.</summary>
    /// <exception cref="TokenizerFileException">Neither or both are there, the file is damaged, or <c>tokenizer_config.json</c> describes another tokenizer.</exception>
    public static ITokenizer Load(string folder)
    {
        var (pieces, words) = (Path.Combine(folder, SentencePieceTokenizer.FileName), Path.Combine(folder, WordTokenizer.FileName));
        var (hasPieces, hasWords) = (Path.Exists(pieces), Path.Exists(words));
        if (hasPieces && hasWords)
            throw new TokenizerFileException(folder, $"both {SentencePieceTokenizer.FileName} and {WordTokenizer.FileName} are there", "one of them", "Remove the one that is not the model's.");
        if (hasWords) return WordTokenizer.Load(words);
        if (hasPieces)
        {
            var tokenizer = SentencePieceTokenizer.Load(pieces);
            CheckConfig(Path.Combine(folder, TokenizerFiles.Config), tokenizer);
            return tokenizer;
        }
        var nextStep = File.Exists(Path.Combine(folder, "tokenizer.json"))
            ? "tokenizer.json is not read: take a model that comes with tokenizer.model."
            : "Copy the tokenizer from where the model came.";
        throw new TokenizerFileException(folder, "there is no tokenizer", $"{SentencePieceTokenizer.FileName} or {WordTokenizer.FileName}", nextStep);
    }

    // The model file decides; a description that says otherwise would make us stop at the wrong token without a word.
    static void CheckConfig(string path, SentencePieceTokenizer tokenizer)
    {
        if (!Path.Exists(path)) return;
        try
        {
            using var document = StrictJson.ParseObject(TokenizerFiles.Read(path, MaxConfigBytes), MaxConfigDepth);
            void Require(string key, params ReadOnlySpan<string> allowed)
            {
                if (Text(document.RootElement, key) is { } text && !allowed.Contains(text))
                    throw new TokenizerFileException(path, $"'{key}' is '{text}'", $"'{string.Join("' or '", allowed.ToArray())}', as {SentencePieceTokenizer.FileName} has it");
            }

            Require("tokenizer_class", "LlamaTokenizer", "LlamaTokenizerFast");
            Require("bos_token", tokenizer.Piece(tokenizer.BosTokenId));
            Require("eos_token", tokenizer.Piece(tokenizer.EosTokenId));
        }
        catch (JsonException damaged)
        {
            throw new TokenizerFileException(path, $"the file cannot be read: {damaged.Message}", "a JSON object");
        }
    }

    // A token is a text, or an object whose content is the text.
    static string? Text(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var value)) return null;
        if (value.ValueKind is JsonValueKind.Object && value.TryGetProperty("content", out var content)) value = content;
        return value.ValueKind is JsonValueKind.String ? value.GetString() : null;
    }
}
