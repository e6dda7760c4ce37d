using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>A JSON object that describes a tokenizer, and the refusal of what it says by key.</summary>
sealed class TokenizerJsonFile
{
    const int MaxBytes = 64 << 20;
    const int MaxDepth = 32;
    const string TokenId = "the id of a token";
    const string Unsupported = "This is not supported: take a model whose tokenizer does without.";

    readonly string _path;

    TokenizerJsonFile(string path, JsonElement root) => (_path, Root) = (path, root);

    /// <summary>The object.</summary>
    public JsonElement Root { get; }

    /// <summary>Reads a file; null where there is none.</summary>
    /// <exception cref="TokenizerFileException">Not a regular file, or no JSON object.</exception>
    public static TokenizerJsonFile? Open(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!Path.Exists(path)) return null;
        var bytes = TokenizerFiles.Read(path, MaxBytes);
        try
        {
            using var document = StrictJson.ParseObject(bytes, MaxDepth);
            return new TokenizerJsonFile(path, document.RootElement.Clone());
        }
        catch (NotJsonException damaged)
        {
            throw TokenizerFileException.Because(path, damaged.Message, "a JSON object", damaged.NextStep);
        }
    }

    /// <summary>The value of a key, or null where it is absent or null.</summary>
    public JsonElement? Value(string key) => Value(Root, key);

    /// <summary>The value of a key of an object, or null where it is absent or null.</summary>
    public static JsonElement? Value(JsonElement parent, string key)
    {
        if (parent.ValueKind is not JsonValueKind.Object || !parent.TryGetProperty(key, out var value)) return null;
        return value.ValueKind is JsonValueKind.Null ? null : value;
    }

    /// <summary>A truth value, or null where it is absent or null.</summary>
    /// <exception cref="TokenizerFileException">The value is another one.</exception>
    public bool? Truth(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Refusal(key, $"is {other.GetRawText()}", "true or false"),
    };

    /// <summary>The value of a key of an object, which must be there and of a kind.</summary>
    /// <param name="key">The key, with those above it.</param>
    /// <param name="parent">The object.</param>
    /// <param name="name">The key in the object.</param>
    /// <param name="kind">Of what kind.</param>
    /// <param name="expected">The same in words.</param>
    /// <exception cref="TokenizerFileException">It is missing, or of another kind.</exception>
    public JsonElement Require(string key, JsonElement parent, string name, JsonValueKind kind, string expected) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            ? Require(key, value, kind, expected)
            : throw Refusal(key, "is missing", expected);

    /// <summary>A value that must be of a kind.</summary>
    /// <exception cref="TokenizerFileException">It is of another one.</exception>
    public JsonElement Require(string key, JsonElement value, JsonValueKind kind, string expected) =>
        value.ValueKind == kind ? value : throw Refusal(key, $"is {value.GetRawText()}", expected);

    /// <summary>The id of a token.</summary>
    /// <exception cref="TokenizerFileException">The value is none.</exception>
    public int Id(string key, JsonElement value) =>
        Require(key, value, JsonValueKind.Number, TokenId).TryGetInt32(out var id) ? id : throw Refusal(key, $"is {value}", TokenId);

    /// <summary>The id of a token, under a key of an object.</summary>
    /// <exception cref="TokenizerFileException">It is missing, or none.</exception>
    public int Id(string key, JsonElement parent, string name) => Id(key, Require(key, parent, name, JsonValueKind.Number, TokenId));

    /// <summary>The text of a token, which is a string, or an object whose content is the text.</summary>
    /// <exception cref="TokenizerFileException">The value is neither.</exception>
    public string Token(string key, JsonElement value) =>
        Require(key, Value(value, "content") ?? value, JsonValueKind.String, "a token's text, or its 'content'").GetString()!;

    /// <summary>Says which key is refused and why.</summary>
    /// <param name="key">The key, with those above it.</param>
    /// <param name="what">What it says: a verb and the value.</param>
    /// <param name="expected">What would be accepted.</param>
    /// <param name="nextStep">What the reader of the message can do.</param>
    public TokenizerFileException Refusal(string key, string what, string expected, string nextStep = Unsupported) =>
        new(_path, $"'{key}' {what}", expected, nextStep);
}
