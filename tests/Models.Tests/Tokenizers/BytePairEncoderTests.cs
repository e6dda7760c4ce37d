using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

/// <summary>Answers of SentencePiece 0.1.97, noted down for machines where <see cref="SentencePieceOracleTests"/> cannot ask it.</summary>
public sealed class BytePairEncoderTests : IDisposable
{
    const int Normal = PieceFile.Normal, UserDefined = PieceFile.UserDefined, Unused = PieceFile.Unused;

    readonly TemporaryFolder _folder = new();

    string Encode(string text, params (string Text, float Score, int Kind)[] pieces)
    {
        var file = new PieceFile { AddDummyPrefix = false };
        file.Pieces.AddRange(pieces);
        var tokenizer = SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", file.ToBytes()));
        return string.Join(' ', tokenizer.EncodeCompletion(text).Select(tokenizer.Piece));
    }

    [Theory]
    [InlineData("mmm", "mmm")]
    [InlineData("mmmm", "mm mm")]
    [InlineData("mmmmm", "mm mmm")]
    public void Encode_EqualScores_MergesTheLeft(string text, string expected) =>
        Assert.Equal(expected, Encode(text, ("m", -1, Normal), ("mm", -2, Normal), ("mmm", -3, Normal)));

    [Theory]
    [InlineData("abc", "ab c")]
    [InlineData("bca", "bc a")]
    [InlineData("cabc", "ca bc")]
    public void Encode_PiecesWithOneScore_MergesTheLeft(string text, string expected) => Assert.Equal(expected,
        Encode(text, ("a", -1, Normal), ("b", -1, Normal), ("c", -1, Normal), ("bc", -2, Normal), ("ab", -2, Normal), ("ca", -2, Normal)));

    [Theory]
    [InlineData("aaaaa", "aaa aa")]
    [InlineData("aaaa aa a", "aaa a ▁ aa ▁a")]
    public void Encode_UserDefined_IsMatchedBeforeAnythingLongestFirst(string text, string expected) => Assert.Equal(expected,
        Encode(text, ("a", -1, Normal), ("aa", 0, UserDefined), ("aaa", 0, UserDefined),
            ("▁", 0, Normal), ("▁a", -1, Normal), ("▁aa", -1, Normal)));

    [Theory]
    [InlineData("a b", "a▁b")]
    [InlineData("a▁b", "a▁b")]
    [InlineData("aa b", "a a▁b")]
    public void Encode_UserDefinedWithASpace_IsMatchedEscaped(string text, string expected) =>
        Assert.Equal(expected, Encode(text, ("a", -1, Normal), ("b", -1, Normal), ("▁", -1, Normal), ("a▁b", 0, UserDefined)));

    [Theory]
    [InlineData("ab", "a b")]
    [InlineData("abc", "abc")] // through the unused piece
    [InlineData("cab", "c a b")]
    [InlineData("cabab", "c a b a b")]
    public void Encode_Unused_IsTakenApartAgain(string text, string expected) => Assert.Equal(expected,
        Encode(text, ("a", -1, Normal), ("b", -1, Normal), ("c", -1, Normal),
            ("ab", -3, Unused), ("abc", -4, Normal), ("cab", -5, Unused)));

    [Fact]
    public void Encode_UnusedCharacter_Stays() =>
        Assert.Equal("a b", Encode("ab", ("a", -1, Unused), ("b", -1, Normal), ("ab", -2, Unused)));

    [Fact]
    public void Encode_CharactersWithoutPiece_MergeIntoOneThatHasIt() =>
        Assert.Equal("ab ab", Encode("abab", ("ab", -1, Normal), ("b", -2, Normal)));

    [Fact]
    public void Encode_CharacterOutsideTheBasicPlane_IsOneSymbol() =>
        Assert.Equal("a😀 😀", Encode("a😀😀", ("a", -1, Normal), ("😀", -1, Normal), ("a😀", -2, Normal)));

    [Fact]
    public void Encode_VeryLongText_Ends() // quadratic work would take minutes
    {
        var file = new PieceFile { AddDummyPrefix = false };
        for (var length = 1; length <= 512; length *= 2) file.With(new string('a', length), -length);
        var tokenizer = SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", file.ToBytes()));
        Assert.Equal(512, tokenizer.EncodeCompletion(new string('a', 1 << 18)).Length);
    }

    public void Dispose() => _folder.Dispose();
}
