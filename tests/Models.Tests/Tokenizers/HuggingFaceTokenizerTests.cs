using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

/// <summary>What the files beside a tokenizer.model do: obeyed, or refused by key.</summary>
public sealed class HuggingFaceTokenizerTests : IDisposable
{
    const string Config = "tokenizer_config.json", Special = "special_tokens_map.json", Fast = "tokenizer.json";

    // Ids: <unk> 0, <s> 1, </s> 2, ▁ 3, a 4, b 5, ▁a 6, ab 7, ▁ab 8, <sep> 9, <ctl> 10
    const string FastVocabulary = """{"<unk>":0,"<s>":1,"</s>":2,"▁":3,"a":4,"b":5,"▁a":6,"ab":7,"▁ab":8,"<sep>":9,"<ctl>":10}""";
    const string Escape = """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""";
    const string FastNormalizer = $$"""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{{Escape}}]}""";
    const string Metaspace = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""";
    const string FastMerges = """["▁ a","a b",["▁","ab"],["▁a","b"]]""";
    const string Text = """{"Sequence":{"id":"A","type_id":0}}""";
    const string FastTemplate = $$$"""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{{{Text}}}]}""";
    const string FastAdded = """[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true}]""";

    readonly TemporaryFolder _folder = new();

    static PieceFile Pieces() =>
        PieceFile.Of("▁ab", "▁a", "ab", "▁ab").With("<sep>", 0, PieceFile.UserDefined).With("<ctl>", 0, PieceFile.Control);

    ITokenizer Load(string? config = null, PieceFile? pieces = null)
    {
        _folder.Write("tokenizer.model", (pieces ?? Pieces()).ToBytes());
        if (config is not null) _folder.Write(Config, config);
        return TokenizerFolder.Load(_folder.Path);
    }

    string Refusal(string? config = null, PieceFile? pieces = null) =>
        Assert.Throws<TokenizerFileException>(() => Load(config, pieces)).Message;

    static string FastFile(
        string vocabulary = FastVocabulary, string merges = FastMerges, string normalizer = FastNormalizer, string template = FastTemplate,
        string added = FastAdded, string before = "null", string more = "") =>
        $$"""
        {
          "version":"1.0","added_tokens":{{added}},"normalizer":{{normalizer}},"pre_tokenizer":{{before}},"post_processor":{{template}},
          "model":{ "type":"BPE","vocab":{{vocabulary}},"merges":{{merges}}{{more}} }
        }
        """;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"add_bos_token":true,"add_eos_token":false,"add_prefix_space":true,"legacy":false,"sp_model_kwargs":{}}""")]
    [InlineData("""{"legacy":true,"add_prefix_space":null,"model_max_length":9,"padding_side":"left","chat_template":"x"}""")]
    [InlineData("""{"pad_token":"<p>","added_tokens_decoder":{"1":{"content":"<s>"},"10":{"content":"<ctl>"},"11":{"content":"<p>"}}}""")]
    [InlineData("""{"unk_token":"<unk>","pad_token":"</s>","additional_special_tokens":["<ctl>",{"content":"<s>"}]}""")]
    [InlineData("""{"extra_special_tokens":{},"clean_up_tokenization_spaces":false}""")]
    public void Load_ConfigThatChangesNothing_GivesSentencePiecesIds(string config) =>
        Assert.Equal([1, 8, 3, 5], Load(config).EncodePrompt("ab b"));

    [Fact]
    public void AddBosToken_False_LeavesBosOut()
    {
        var tokenizer = Load("""{"add_bos_token":false,"bos_token":null}""");
        Assert.Equal([8], tokenizer.EncodePrompt("ab"));
        var refusal = Assert.Throws<UntokenizableTextException>(() => tokenizer.EncodePrompt(""));
        Assert.Contains("'add_bos_token' is false", refusal.Message);
    }

    [Fact]
    public void AddPrefixSpace_False_PutsNoSpaceBeforeTexts()
    {
        var tokenizer = Load("""{"add_prefix_space":false}""");
        Assert.Equal([1, 7, 3, 5], tokenizer.EncodePrompt("ab b"));
        Assert.Equal([8], tokenizer.EncodeCompletion(" ab"));
        Assert.Equal(" ab", tokenizer.Decode([8])); // and takes none away
    }

    [Fact]
    public void Save_KeepsWhatWasObeyed()
    {
        var saved = Directory.CreateDirectory(_folder.File("saved")).FullName;
        Load("""{"add_bos_token":false,"add_prefix_space":false}""").Save(saved);
        Assert.Equal([7], TokenizerFolder.Load(saved).EncodePrompt("ab"));
    }

    [Theory]
    [InlineData("""{"add_eos_token":true}""", "'add_eos_token' is true; expected false")]
    [InlineData("""{"add_bos_token":1}""", "'add_bos_token' is 1; expected true or false")]
    [InlineData("""{"add_bos_token":null}""", "'add_bos_token' is null; expected true or false")]
    [InlineData("""{"legacy":"yes"}""", "'legacy' is \"yes\"; expected true or false")]
    [InlineData("""{"bos_token":null}""", "'bos_token' is null; expected '<s>', or 'add_bos_token' false")]
    [InlineData("""{"sp_model_kwargs":{"enable_sampling":true}}""", "'sp_model_kwargs' is {\"enable_sampling\":true}")]
    [InlineData("""{"auto_map":{"AutoTokenizer":["x.Y",null]}}""", "'auto_map'")]
    [InlineData("""{"do_lower_case":true}""", "'do_lower_case' is true")]
    [InlineData("""{"clean_up_tokenization_spaces":true}""", "'clean_up_tokenization_spaces' is true")]
    [InlineData("""{"additional_special_tokens":["<|im_end|>"]}""", "'additional_special_tokens' names the token '<|im_end|>'")]
    [InlineData("""{"additional_special_tokens":["<sep>"]}""", "'additional_special_tokens' cuts '<sep>' out of texts")]
    [InlineData("""{"additional_special_tokens":7}""", "'additional_special_tokens' is 7; expected a list")]
    [InlineData("""{"extra_special_tokens":{"image_token":"<image>"}}""", "'extra_special_tokens' names the token '<image>'")]
    [InlineData("""{"mask_token":"<mask>"}""", "'mask_token' names the token '<mask>'")]
    [InlineData("""{"unk_token":"a"}""", "'unk_token' cuts 'a' out of texts")]
    [InlineData("""{"added_tokens_decoder":{"11":{"content":"<extra>"}}}""", "'added_tokens_decoder.11' names the token '<extra>'")]
    [InlineData("""{"added_tokens_decoder":{"2":{"content":"<s>"}}}""", "'added_tokens_decoder.2' gives '<s>' the id 2; expected 1")]
    [InlineData("""{"pad_token":"<p>","added_tokens_decoder":{"5":{"content":"<p>"}}}""", "gives '<p>' the id 5; expected an id from 11")]
    [InlineData("""{"added_tokens_decoder":{"x":{"content":"<s>"}}}""", "'added_tokens_decoder.x' is no id")]
    [InlineData("""{"added_tokens_decoder":[]}""", "'added_tokens_decoder' is []; expected tokens by id")]
    public void Load_ConfigThatWouldChangeIds_IsRefusedByKey(string config, string problem)
    {
        var refusal = Refusal(config);
        Assert.Contains(problem, refusal);
        Assert.Contains(Config, refusal);
    }

    [Fact]
    public void Load_NoDummyPrefix_IsObeyedAndContradictionsAreRefused()
    {
        var pieces = Pieces();
        pieces.AddDummyPrefix = false;
        Assert.Equal([7], Load("""{"legacy":false,"add_prefix_space":false}""", pieces).EncodeCompletion("ab"));
        Assert.Equal([7], Load("{}", pieces).EncodeCompletion("ab"));
        Assert.Contains("'add_prefix_space' is true; expected false", Refusal("""{"add_prefix_space":true}""", pieces));
        Assert.Contains("'legacy' is false", Refusal("""{"legacy":false}""", pieces));
    }

    [Theory]
    [InlineData("""{"eos_token":"<|im_end|>"}""", "'eos_token' is '<|im_end|>'; expected '</s>'")]
    [InlineData("""{"additional_special_tokens":["<x>"]}""", "'additional_special_tokens' names the token '<x>'")]
    public void Load_SpecialTokensMapThatSaysOtherwise_IsRefusedByKey(string map, string problem)
    {
        _folder.Write(Special, map);
        Assert.Contains(problem, Refusal());
    }

    [Fact]
    public void Load_AddedTokens_OnlyPaddingIsAccepted()
    {
        _folder.Write("added_tokens.json", """{"[PAD]":11}""");
        Assert.Contains("'[PAD]' names the token '[PAD]'", Refusal());
        _folder.Write(Special, """{"pad_token":"[PAD]"}""");
        Assert.Equal([8], Load().EncodeCompletion("ab"));
    }

    [Fact]
    public void Load_TokenizerJsonOfTheSameTokenizer_IsAccepted()
    {
        _folder.Write(Fast, FastFile());
        Assert.Equal([1, 8], Load("{}").EncodePrompt("ab"));
        _folder.Write(Fast, FastFile(normalizer: "null", before: Metaspace));
        Assert.Equal([1, 8], Load("""{"legacy":false}""").EncodePrompt("ab"));
        _folder.Write(Fast, FastFile(template: "null")); // the configuration is above the file
        Assert.Equal([8], Load("""{"add_bos_token":false}""").EncodePrompt("ab"));
    }

    [Fact]
    public void Load_TokenizerJsonOfAnotherTokenizer_IsRefusedByKey()
    {
        void IsRefused(string problem, string file)
        {
            _folder.Write(Fast, file);
            Assert.Contains(problem, Refusal("{}"));
        }

        IsRefused("'added_tokens' names the token '<x>'", FastFile(added: """[{"id":11,"content":"<x>","special":true}]"""));
        IsRefused("'added_tokens.id' is missing", FastFile(added: """[{"content":"<s>"}]"""));
        IsRefused("'added_tokens' cuts '<sep>' out of texts", FastFile(added: """[{"id":9,"content":"<sep>","special":false}]"""));
        IsRefused("'model.vocab' has 'c' as 4", FastFile(FastVocabulary.Replace("\"a\":4", "\"c\":4", StringComparison.Ordinal)));
        IsRefused("'model.vocab' has 10 pieces", FastFile(FastVocabulary.Replace(",\"<ctl>\":10", "", StringComparison.Ordinal)));
        IsRefused("'model.merges' is null", FastFile(merges: "null"));
        IsRefused("'model.merges' has \"a\"; expected pairs of pieces", FastFile(merges: """["a"]"""));
        IsRefused("'model.merges' lacks '▁a' and 'b'", FastFile(merges: """["▁ a","a b","▁ ab"]"""));
        IsRefused("'model.merges' has \"▁ a\" behind one of lower score", FastFile(merges: """["a b","▁ a","▁ ab","▁a b"]"""));
        IsRefused("'model' is missing; expected a BPE model", "{}");
        IsRefused("'model' is null; expected a BPE model", """{"model":null}""");
        IsRefused("'model.vocab' is missing; expected ids by piece", """{"model":{"type":"BPE"}}""");
        IsRefused("'model.merges' is missing", """{"model":{"type":"BPE","vocab":""" + FastVocabulary + "}}");
        IsRefused("'model.ignore_merges' is true", FastFile(more: ""","ignore_merges":true"""));
        IsRefused("'model.dropout' is 0.1", FastFile(more: ""","dropout":0.1"""));
        IsRefused("'model.byte_fallback' is true", FastFile(more: ""","byte_fallback":true"""));
        IsRefused("'normalizer' has {\"type\":\"Lowercase\"}", FastFile(normalizer: """{"type":"Lowercase"}"""));
        IsRefused("'normalizer' leaves spaces as they are", FastFile(normalizer: "null"));
        IsRefused("'normalizer' puts no space before texts; expected one", FastFile(normalizer: Escape));
        IsRefused("'pre_tokenizer' is {\"type\":\"Whitespace\"}", FastFile(before: """{"type":"Whitespace"}"""));
        IsRefused("'post_processor' is", FastFile(template: $$"""{"type":"TemplateProcessing","single":[{{Text}}]}"""));
        IsRefused("tokenizer.json: this is a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\n",
        "tokenizer_config.json: this is a Git LFS pointer, not the file itself; expected a JSON object. Get the file itself; in a clone")]
    [InlineData("[]", "tokenizer_config.json: this is a JSON array; expected a JSON object. Get the tokenizer again")]
    public void Load_ConfigThatIsNoJsonObject_SaysWhatItIs(string config, string problem) => Assert.Contains(problem, Refusal(config));

    public void Dispose() => _folder.Dispose();
}
