using System.Text.Json;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>What Hugging Face's files beside a <c>tokenizer.model</c> say: obeyed, or refused by key.</summary>
/// <remarks>
/// The measure is <c>LlamaTokenizer</c> of transformers, slow and fast, on a text in which no special token is spelt out: here those never
/// come out of text. So <c>legacy</c>, which decides what becomes of the text behind one, gives the same ids whether true or false.
/// docs/tokenizers.md has the list of keys.
/// </remarks>
static class HuggingFaceTokenizer
{
    const string SpecialTokens = "special_tokens_map.json", AddedTokens = "added_tokens.json";
    const string GetItAgain = "Get the tokenizer again from where the model came.";
    const string AddBos = "add_bos_token", AddPrefix = "add_prefix_space", Legacy = "legacy";
    const string AsInModel = $"as 'add_dummy_prefix' in {SentencePieceTokenizer.FileName}";

    static readonly string[] s_roles = ["unk_token", "pad_token", "sep_token", "cls_token", "mask_token"];
    static readonly string[] s_lists = ["additional_special_tokens", "extra_special_tokens", "model_specific_special_tokens"];

    /// <summary>Reads and checks what is there.</summary>
    /// <returns>Whether a prompt begins with BOS, and whether a space is put before texts.</returns>
    /// <exception cref="TokenizerFileException">A file is damaged, or says what we do not do.</exception>
    public static (bool AddBos, bool AddPrefix) Read(string folder, SentencePieceModel model)
    {
        var config = TokenizerJsonFile.Open(folder, TokenizerFiles.Config);
        TokenizerJsonFile[] described = [.. new[] { config, TokenizerJsonFile.Open(folder, SpecialTokens) }.OfType<TokenizerJsonFile>()];
        var tokens = new AddedTokenRule(model, described.SelectMany(Padding).ToHashSet());
        foreach (var file in described) CheckSpecialTokens(file, model, tokens);
        if (TokenizerJsonFile.Open(folder, AddedTokens) is { } added)
            foreach (var (text, id) in added.Root.EnumerateObject().Select(token => (token.Name, token.Value)))
                tokens.Check(added, text, text, added.Id(text, id));
        if (config is not null) CheckConfig(config, model, tokens);

        var addBos = config?.Truth(AddBos) ?? true;
        var addPrefix = config?.Truth(AddPrefix) ?? model.AddDummyPrefix;
        if (TokenizerJsonFile.Open(folder, FastTokenizer.FileName) is { } fast)
            FastTokenizer.Check(fast, model, tokens, config?.Truth(AddBos) is null, config?.Truth(AddPrefix) is null ? addPrefix : null);
        return (addBos, addPrefix);
    }

    static IEnumerable<string> Padding(TokenizerJsonFile file) => file.Value("pad_token") is { } pad ? [file.Token("pad_token", pad)] : [];

    static void CheckSpecialTokens(TokenizerJsonFile file, SentencePieceModel model, AddedTokenRule tokens)
    {
        CheckPiece("bos_token", model.Pieces[model.BosId].Text);
        CheckPiece("eos_token", model.Pieces[model.EosId].Text);
        foreach (var key in s_roles)
            if (file.Value(key) is { } token) tokens.Check(file, key, file.Token(key, token), id: null);
        foreach (var key in s_lists)
        {
            if (file.Value(key) is not { } list) continue;
            var values = list.ValueKind is JsonValueKind.Object
                ? list.EnumerateObject().Select(entry => entry.Value)
                : file.Require(key, list, JsonValueKind.Array, "a list of tokens").EnumerateArray();
            foreach (var token in values) tokens.Check(file, key, file.Token(key, token), id: null);
        }

        void CheckPiece(string key, string expected)
        {
            if (file.Value(key) is { } value && file.Token(key, value) is var text && text != expected)
                throw file.Refusal(key, $"is '{text}'", $"'{expected}', as {SentencePieceTokenizer.FileName} has it", GetItAgain);
        }
    }

    static void CheckConfig(TokenizerJsonFile config, SentencePieceModel model, AddedTokenRule tokens)
    {
        const string Class = "tokenizer_class", Decoder = "added_tokens_decoder", Bos = "bos_token";
        if (config.Value(Class) is { } name && config.Token(Class, name) is var text and not ("LlamaTokenizer" or "LlamaTokenizerFast"))
            throw config.Refusal(Class, $"is '{text}'", "'LlamaTokenizer' or 'LlamaTokenizerFast'");
        foreach (var key in (string[])["auto_map", "sp_model_kwargs"])
            if (config.Value(key)?.GetRawText() is { } value and not "{}") throw config.Refusal(key, $"is {value}", "nothing there");
        foreach (var key in (string[])["add_eos_token", "do_lower_case", "clean_up_tokenization_spaces"])
            if (config.Truth(key) is true) throw config.Refusal(key, "is true", "false");
        if (config.Value(Decoder) is { } decoder)
        {
            foreach (var token in config.Require(Decoder, decoder, JsonValueKind.Object, "tokens by id").EnumerateObject())
            {
                var key = $"{Decoder}.{token.Name}";
                if (!int.TryParse(token.Name, out var id)) throw config.Refusal(key, "is no id", "the id of a token");
                tokens.Check(config, key, config.Token(key, token.Value), id);
            }
        }
        // transformers 4 takes null for false, and elsewhere it is as good as absent, which is true.
        if (config.Root.TryGetProperty(AddBos, out var said) && said.ValueKind is JsonValueKind.Null)
            throw config.Refusal(AddBos, "is null", "true or false");
        if (config.Truth(AddBos) is not false && config.Root.TryGetProperty(Bos, out var bos) && bos.ValueKind is JsonValueKind.Null)
            throw config.Refusal(Bos, "is null", $"'{model.Pieces[model.BosId].Text}', or '{AddBos}' false");

        var (addPrefix, legacy) = (config.Truth(AddPrefix), config.Truth(Legacy));
        if (model.AddDummyPrefix) return;
        // Here transformers' own classes do not agree with each other.
        if (addPrefix is true) throw config.Refusal(AddPrefix, "is true", $"false, {AsInModel}");
        if (addPrefix is null && legacy is false)
            throw config.Refusal(Legacy, "is false, which puts a space before texts", $"'{AddPrefix}' false beside it, {AsInModel}");
    }
}
