using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

public sealed class TokenizerFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    void WritePieces() => _folder.Write("tokenizer.model", PieceFile.Of("▁ab").ToBytes());

    string Refusal() => Assert.Throws<TokenizerFileException>(() => TokenizerFolder.Load(_folder.Path)).Message;

    [Fact]
    public void Load_Words_GivesAWordTokenizer()
    {
        new WordTokenizer(["a"]).Save(_folder.Path);
        Assert.IsType<WordTokenizer>(TokenizerFolder.Load(_folder.Path));
    }

    [Fact]
    public void Load_Pieces_GivesASentencePieceTokenizer()
    {
        WritePieces();
        Assert.IsType<SentencePieceTokenizer>(TokenizerFolder.Load(_folder.Path));
    }

    [Fact]
    public void Load_SavedPieces_AreTheSameFile()
    {
        WritePieces();
        var saved = Directory.CreateDirectory(_folder.File("saved")).FullName;
        TokenizerFolder.Load(_folder.Path).Save(saved);
        Assert.Equal([4, 5], TokenizerFolder.Load(saved).EncodeCompletion("ab").Skip(1));
        Assert.Equal(File.ReadAllBytes(_folder.File("tokenizer.model")), File.ReadAllBytes(Path.Combine(saved, "tokenizer.model")));
    }

    [Fact]
    public void Load_Both_IsRefused()
    {
        WritePieces();
        new WordTokenizer(["a"]).Save(_folder.Path);
        Assert.Contains("both tokenizer.model and words.txt", Refusal());
    }

    [Fact]
    public void Load_Neither_SaysWhatIsExpected() => Assert.Contains("expected tokenizer.model or words.txt", Refusal());

    [Fact]
    public void Load_OnlyTokenizerJson_SaysThatItIsNotRead()
    {
        _folder.Write("tokenizer.json", "{}");
        Assert.Contains("tokenizer.json is not read alone", Refusal());
    }

    [Theory]
    [InlineData("""{"eos_token":"<|im_end|>"}""", "'eos_token' is '<|im_end|>'; expected '</s>'")]
    [InlineData("""{"eos_token":{"content":"<|im_end|>"}}""", "'eos_token' is '<|im_end|>'")]
    [InlineData("""{"bos_token":"<bos>"}""", "'bos_token' is '<bos>'; expected '<s>'")]
    [InlineData("""{"tokenizer_class":"T5Tokenizer"}""", "'tokenizer_class' is 'T5Tokenizer'")]
    [InlineData("{", "byte 2: the JSON breaks off")]
    [InlineData("""{"a":"\udc00"}""", "lone surrogate")]
    public void Load_ConfigThatSaysOtherwise_IsRefused(string config, string problem)
    {
        WritePieces();
        _folder.Write("tokenizer_config.json", config);
        Assert.Contains(problem, Refusal());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"eos_token":null,"bos_token":{"content":"<s>"},"tokenizer_class":"LlamaTokenizerFast","chat_template":"x"}""")]
    public void Load_ConfigThatAgrees_IsAccepted(string config)
    {
        WritePieces();
        _folder.Write("tokenizer_config.json", config);
        Assert.Equal(2, TokenizerFolder.Load(_folder.Path).EosTokenId);
    }

    public void Dispose() => _folder.Dispose();
}
