using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

public sealed class WordTokenizerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly WordTokenizer _tokenizer = new(["red", "Blue", "####", "5", "é"]);

    [Fact]
    public void Ids_SpecialTokensThenWordsInOrdinalOrder() // ids are in artefacts: an API
    {
        Assert.Equal((0, 1, 2, 3, 9),
            (_tokenizer.PadTokenId, _tokenizer.BosTokenId, _tokenizer.SepTokenId, _tokenizer.EosTokenId, _tokenizer.VocabularySize));
        Assert.Equal([4, 5, 6, 7, 8], _tokenizer.EncodeCompletion("#### 5 Blue red é"));
    }

    [Fact]
    public void EncodePrompt_Words_StandBetweenBosAndSep() => Assert.Equal([1, 7, 7, 6, 2], _tokenizer.EncodePrompt("red red Blue"));

    [Fact]
    public void EncodePrompt_Empty_IsBosAndSep() => Assert.Equal([1, 2], _tokenizer.EncodePrompt(""));

    [Fact]
    public void EncodeCompletion_AnyWhiteSpace_Separates() => Assert.Equal([7, 6], _tokenizer.EncodeCompletion("\n red\t  Blue "));

    [Fact]
    public void Decode_EncodedText_IsTheText() => Assert.Equal("red #### 5", _tokenizer.Decode(_tokenizer.EncodePrompt("red #### 5")));

    [Fact]
    public void Decode_SpecialTokens_AreLeftOut() => Assert.Equal("red é", _tokenizer.Decode([1, 7, 2, 8, 3, 0, 0]));

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    public void Decode_IdOutsideTheVocabulary_IsRefused(int id) =>
        Assert.Contains("token ids are 0 to 8", Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([4, id])).Message);

    [Fact]
    public void EncodePrompt_UnknownWord_NamesWordAndPlace()
    {
        var refusal = Assert.Throws<UntokenizableTextException>(() => _tokenizer.EncodePrompt("red  green Blue"));
        Assert.Equal(("green", 5), (refusal.Fragment, refusal.Position));
        Assert.Contains("the unknown word 'green' at character 5", refusal.Message);
    }

    [Theory]
    [InlineData("<eos>")]
    [InlineData("<pad>")]
    [InlineData("RED")]
    public void EncodeCompletion_SpecialTokenOrOtherCase_IsAnUnknownWord(string word) =>
        Assert.Equal(word, Assert.Throws<UntokenizableTextException>(() => _tokenizer.EncodeCompletion(word)).Fragment);

    [Fact]
    public void EncodeCompletion_LoneSurrogate_IsNamed() =>
        Assert.Contains("the lone surrogate U+D800 at character 4",
            Assert.Throws<UntokenizableTextException>(() => _tokenizer.EncodeCompletion("red \ud800")).Message);

    [Fact]
    public void Constructor_OrderOfWords_DoesNotMatter() =>
        Assert.Equal([4, 5, 6, 7, 8], new WordTokenizer(["é", "5", "red", "####", "Blue"]).EncodeCompletion("#### 5 Blue red é"));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\n")]
    [InlineData("<eos>")]
    [InlineData("red")]
    public void Constructor_BadWord_IsRefused(string word) => Assert.Throws<ArgumentException>(() => new WordTokenizer(["red", word]));

    [Fact]
    public void Constructor_LoneSurrogate_IsRefused() => Assert.Throws<ArgumentException>(() => new WordTokenizer(["\udc00"]));

    [Fact]
    public void Save_File_HasExactlyTheseLines()
    {
        _tokenizer.Save(_folder.Path);
        Assert.Equal("<pad>\n<bos>\n<sep>\n<eos>\n####\n5\nBlue\nred\né\n", File.ReadAllText(_folder.File("words.txt")));
        Assert.Contains("\"tokenizer_class\": \"WordTokenizer\"", File.ReadAllText(_folder.File("tokenizer_config.json")));
    }

    [Fact]
    public void Load_SavedFile_GivesTheSameIds()
    {
        _tokenizer.Save(_folder.Path);
        Assert.Equal(_tokenizer.EncodePrompt("#### 5 Blue red é"),
            WordTokenizer.Load(_folder.File("words.txt")).EncodePrompt("#### 5 Blue red é"));
    }

    [Theory]
    [InlineData("", "this is an empty file; expected one word a line")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n",
        "this is a Git LFS pointer, not the file itself; expected one word a line. Get the file itself")]
    [InlineData("<pad>\n<bos>\n<sep>\n", "the file has 3 lines")]
    [InlineData("<pad>\n<bos>\n<eos>\n<sep>\na\n", "line 3 is '<eos>'; expected '<sep>'")]
    [InlineData("<pad>\n<bos>\n<sep>\n<eos>\nb\na\n", "line 6 is 'a'; expected a word behind 'b' in ordinal order")]
    [InlineData("<pad>\n<bos>\n<sep>\n<eos>\na\na\n", "line 6 is 'a'")]
    [InlineData("<pad>\n<bos>\n<sep>\n<eos>\na", "the last line does not end")]
    [InlineData("<pad>\n<bos>\n<sep>\n<eos>\n\n", "'' cannot be a word")]
    [InlineData("<pad>\r\n<bos>\r\n<sep>\r\n<eos>\r\na\r\n", "expected '<pad>'")]
    public void Load_DamagedFile_SaysWhere(string text, string problem)
    {
        var refusal = Assert.Throws<TokenizerFileException>(() => WordTokenizer.Load(_folder.Write("words.txt", text)));
        Assert.Contains(problem, refusal.Message);
        Assert.Equal(_folder.File("words.txt"), refusal.Path);
    }

    [Fact]
    public void Load_BadUtf8_IsRefused() =>
        Assert.Contains("not valid UTF-8", Assert.Throws<TokenizerFileException>(() =>
            WordTokenizer.Load(_folder.Write("words.txt", [.. "<pad>\n<bos>\n<sep>\n<eos>\n"u8, 0xFF, 10]))).Message);

    [Fact]
    public void Load_FileOfOneGigabyte_IsRefusedUnread()
    {
        using (var file = File.Create(_folder.File("words.txt"))) file.SetLength(1L << 30); // sparse
        Assert.Contains("the file has 1073741824 bytes",
            Assert.Throws<TokenizerFileException>(() => WordTokenizer.Load(_folder.File("words.txt"))).Message);
    }

    [Fact]
    public void Load_NamedPipe_IsRefusedWithoutWaiting() =>
        Assert.Contains("a named pipe",
            Assert.Throws<TokenizerFileException>(() => WordTokenizer.Load(NamedPipe.Create(_folder.File("words.txt")))).Message);

    public void Dispose() => _folder.Dispose();
}
