using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

public sealed class SentencePieceTokenizerTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static SentencePieceTokenizer Stories() => SentencePieceTokenizer.Load(Path.Combine(RealData.Stories, "tokenizer.model"));

    SentencePieceTokenizer Load(PieceFile file) => SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", file.ToBytes()));

    string Refusal(byte[] file) =>
        Assert.Throws<TokenizerFileException>(() => SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", file))).Message;

    [RealDataFact]
    public void Decode_KnownIds_IsTheKnownText() => Assert.Equal(
        "Once upon a time, there was a little girl named Lily. She loved to",
        Stories().Decode([1, 403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426, 338, 401, 396, 267]));

    [RealDataFact]
    public void EncodePrompt_KnownText_IsTheKnownIds()
    {
        Assert.Equal([1, 403, 407, 261], Stories().EncodePrompt("Once upon a"));
        Assert.Equal([403, 407, 261], Stories().EncodeCompletion("Once upon a"));
    }

    [RealDataFact]
    public void EncodePrompt_Empty_IsBos()
    {
        Assert.Equal([1], Stories().EncodePrompt(""));
        Assert.Empty(Stories().EncodeCompletion(""));
    }

    [RealDataFact]
    public void Ids_OfSpecialTokens_PadIsNotEos()
    {
        var tokenizer = Stories();
        Assert.Equal((1, 2, 0, 512), (tokenizer.BosTokenId, tokenizer.EosTokenId, tokenizer.PadTokenId, tokenizer.VocabularySize));
    }

    [RealDataFact]
    public void Decode_EncodedText_IsTheText()
    {
        var tokenizer = Stories();
        string[] texts = ["Once upon", " two  spaces ", "\n", "line\nline\tTab",
            "é ü 漢字 😀", "e\u0301", "\0", "</s>", "<s><unk>", "<0x41>", "\ufffd", "\u200b"];
        foreach (var text in texts) Assert.Equal(text, tokenizer.Decode(tokenizer.EncodePrompt(text)));
    }

    [RealDataFact]
    public void Decode_RandomTexts_AreTheTexts()
    {
        var tokenizer = Stories();
        for (var round = 0u; round < 300; round++)
        {
            var random = Purpose.Generate.Draws(5, round);
            var text = string.Concat(Enumerable.Range(0, random.Integer(40)).Select(_ =>
                random.Chance(.6)
                    ? ((char)(' ' + random.Integer(95))).ToString()
                    : char.ConvertFromUtf32(random.Chance(.5) ? random.Integer(0x2500) : 0x10000 + random.Integer(0x100000))));
            var ids = tokenizer.EncodeCompletion(text);
            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.All(ids, id => Assert.InRange(id, 3, 511)); // never a special token
        }
    }

    [RealDataFact]
    public void EncodePrompt_SpecialTokensInText_BecomePlainPieces() =>
        Assert.Equal([1], Stories().EncodePrompt("</s><s><unk></s>").Where(id => id < 3));

    [RealDataFact]
    public void Decode_SpaceBehindAByte_Stays() => // the library would take it: "\nOnce"
        Assert.Equal("\n Once", Stories().Decode([3 + '\n', 403]));

    [RealDataFact]
    public void Decode_BytesThatAreNoUtf8_BecomeReplacementCharacters() => Assert.Equal("\ufffd Once", Stories().Decode([3 + 0xE2, 403]));

    [RealDataFact]
    public void Decode_IdOutsideTheVocabulary_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Stories().Decode([403, 512]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stories().Decode([-1]));
    }

    [RealDataFact]
    public void EncodePrompt_FromManyThreads_IsAlwaysTheSame()
    {
        var tokenizer = Stories();
        var expected = tokenizer.EncodePrompt("Once upon a time");
        Parallel.For(0, 500, _ => Assert.Equal(expected, tokenizer.EncodePrompt("Once upon a time")));
    }

    [RealDataFact]
    public void Load_ThousandsOfMutations_WorkOrAreRefused()
    {
        var valid = File.ReadAllBytes(Path.Combine(RealData.Stories, "tokenizer.model"));
        int loaded = 0, refused = 0;
        for (var i = 0u; i < 1000; i++)
        {
            var random = Purpose.Generate.Draws(24, i);
            var bytes = valid.ToArray();
            // Half of them behind the pieces, where trainer and normaliser are described.
            for (var changes = 1 + random.Integer(3); changes > 0; changes--)
            {
                var at = random.Chance(.5) ? random.Integer(bytes.Length) : bytes.Length - 1 - random.Integer(500);
                bytes[at] = (byte)random.Integer(256);
            }
            if (random.Chance(.1)) Array.Resize(ref bytes, random.Integer(bytes.Length));
            try
            {
                var tokenizer = SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", bytes));
                var ids = tokenizer.EncodeCompletion("Once upon a time, 漢 there");
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                tokenizer.Decode(ids);
                loaded++;
            }
            catch (TokenizerFileException) { refused++; }
            catch (UntokenizableTextException) { refused++; } // pieces for the text are gone
        }
        Assert.InRange(loaded, 50, 950);
        Assert.InRange(refused, 50, 950);
    }

    [Fact]
    public void EncodeCompletion_LoneSurrogate_IsNamed()
    {
        var refusal = Assert.Throws<UntokenizableTextException>(() =>
            Load(PieceFile.Of("▁ab").WithBytes()).EncodeCompletion("a\ud83d\ude00\udc00"));
        Assert.Equal(("\udc00", 3), (refusal.Fragment, refusal.Position));
    }

    [Fact]
    public void EncodeCompletion_MergesThatLeadUpToASpecialToken_StopBeforeIt() // a hostile vocabulary
    {
        var tokenizer = Load(PieceFile.Of("▁a</s>", "</", "</s"));
        Assert.Equal(["▁", "a", "</s", ">"], tokenizer.EncodeCompletion("a</s>").Select(tokenizer.Piece));
    }

    [Fact]
    public void EncodeCompletion_CharacterThatIsAControlPiece_IsRefused()
    {
        var tokenizer = Load(PieceFile.Of("▁a").With("☃", 0, PieceFile.Control).WithBytes());
        var refusal = Assert.Throws<UntokenizableTextException>(() => tokenizer.EncodeCompletion("a ☃"));
        Assert.Equal(("☃", 2), (refusal.Fragment, refusal.Position));
        Assert.Contains("control piece", refusal.Message);
    }

    [Fact]
    public void EncodeCompletion_CharacterWithoutPieceAndNoBytes_IsNamed()
    {
        var refusal = Assert.Throws<UntokenizableTextException>(() => Load(PieceFile.Of("▁ab")).EncodeCompletion("abz"));
        Assert.Equal(("z", 2), (refusal.Fragment, refusal.Position));
    }

    [Fact]
    // "ab" + "a" and "a" + "ba": whichever comes first wins, and the text gets shorter with each
    public void EncodeCompletion_MergesThatLeadToEachOther_End()
    {
        var tokenizer = Load(PieceFile.Of("▁ab", "ab", "ba", "aba", "bab", "abab", "baba"));
        var text = string.Concat(Enumerable.Repeat("ab", 5000));
        Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeCompletion(text)));
    }

    [Fact]
    public void Decode_PiecesBelowTheBytes_AreKept() // the library drops them
    {
        var tokenizer = Load(PieceFile.Of("▁ab").WithBytes());
        Assert.Equal("ab é", tokenizer.Decode(tokenizer.EncodeCompletion("ab é")));
    }

    [Fact]
    public void Load_FileThatIsNoModel_IsRefused()
    {
        Assert.Contains("this is an empty file; expected a SentencePiece model. Get the tokenizer again", Refusal([]));
        Assert.EndsWith(
            ": the file is damaged, cut off or something else; expected a SentencePiece model."
                + " Get the tokenizer again from where the model came.",
            Refusal("this is no protocol buffer"u8.ToArray()));
    }

    [Fact]
    public void Load_UnigramModel_IsRefused() =>
        Assert.Contains("'model_type' is 1 (UNIGRAM); expected 2 (BPE)", Refusal(new PieceFile { ModelType = 1 }.ToBytes()));

    [Fact]
    public void Load_WhatChangesTheText_IsRefusedByName()
    {
        Assert.Contains("'normalizer_spec' is 'nmt_nfkc'", Refusal(new PieceFile { Normalizer = "nmt_nfkc" }.ToBytes()));
        Assert.Contains("'precompiled_charsmap' of 9 bytes", Refusal(new PieceFile { Charsmap = 9 }.ToBytes()));
        Assert.Contains("'denormalizer_spec' has a 'precompiled_charsmap'", Refusal(new PieceFile { DenormalizerCharsmap = 9 }.ToBytes()));
        Assert.Contains("'remove_extra_whitespaces' is true", Refusal(new PieceFile { RemoveExtraWhitespaces = true }.ToBytes()));
        Assert.Contains("'escape_whitespaces' is false", Refusal(new PieceFile { EscapeWhitespaces = false }.ToBytes()));
        Assert.Contains("'treat_whitespace_as_suffix' is true", Refusal(new PieceFile { WhitespaceAsSuffix = true }.ToBytes()));
    }

    [Fact]
    public void Load_BosByNumberAndByNameDiffer_IsRefused() =>
        Assert.Contains("the piece '<s>', and 'bos_piece' is '<bos>'", Refusal(new PieceFile { BosPiece = "<bos>" }.ToBytes()));

    [Fact]
    public void Load_OtherFormat_SaysWhatHelpsAgainstIt()
    {
        Assert.Contains(
            "this is a Git LFS pointer, not the file itself; expected a SentencePiece model."
                + " Get the file itself; in a clone, 'git lfs pull' does.",
            Refusal("version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 499723\n"u8.ToArray()));
        const string Page = "this is a web page: the download went wrong; expected a SentencePiece model. Download the file itself";
        byte[] gzip = [0x1F, 0x8B, 8, 0], pickle = [0x80, 4, 0x95];
        foreach (var (bytes, what) in ((byte[], string)[])[
            ([.. "<!DOCTYPE html><html>"u8], Page),
            ([.. "<html lang=en>"u8], Page),
            (gzip, "this is a gzip file; expected a SentencePiece model. Unpack it."),
            (pickle, "this is a Python pickle; expected a SentencePiece model. Get the tokenizer again"),
            ([.. "PK\x03\x04 and so on"u8], "this is a zip archive"), ([.. "{\"a\":1}"u8], "this is bare JSON")])
        {
            Assert.Contains(what, Refusal(bytes));
            Assert.DoesNotContain("lfs", Refusal(bytes));
        }
    }

    [Fact]
    public void Load_TwoUnknownPieces_IsRefused() =>
        Assert.Contains("the only piece of that kind", Refusal(new PieceFile().With("<unk2>", 0, PieceFile.Unknown).ToBytes()));

    [Fact]
    public void Load_PieceTwice_NamesBothIds() => Assert.Contains("the pieces 3 and 4 are both 'a'", Refusal(PieceFile.Of("aa").ToBytes()));

    [Fact]
    public void Load_EmptyPiece_IsRefused() => Assert.Contains("piece 3 has 0 characters", Refusal(PieceFile.Of("", "").ToBytes()));

    [Fact]
    public void Load_PieceOfAMegabyte_IsRefused() =>
        Assert.Contains("piece 3 has 1048576 characters", Refusal(PieceFile.Of("", new string('a', 1 << 20)).ToBytes()));

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(99)]
    public void Load_EosThatIsNoControlPiece_IsRefused(int id) =>
        Assert.Contains($"'eos_id' is {id}", Refusal(PieceFile.Of("a") is var file ? With(file, id) : []));

    [Fact]
    public void Load_EosIsBos_IsRefused() => Assert.Contains("BOS and EOS are both 1", Refusal(With(new PieceFile(), 1)));

    [Fact]
    public void Load_ByteMissing_IsRefused()
    {
        var file = new PieceFile().WithBytes();
        file.Pieces.RemoveAt(100);
        Assert.Contains("there are 255 byte pieces; expected 256", Refusal(file.ToBytes()));
    }

    [Fact]
    public void EncodeCompletion_BytesInAnyOrder_AreFoundByTheirNames()
    {
        var file = PieceFile.Of("▁").WithBytes();
        file.Pieces.Reverse(4, 256);
        var tokenizer = Load(file);
        Assert.Equal(["▁", "<0xC3>", "<0xA9>"], tokenizer.EncodeCompletion("é").Select(tokenizer.Piece));
    }

    [Fact]
    public void Load_BytePieceThatIsNoByte_IsRefused() =>
        Assert.Contains("the byte piece 3 is '<0xag>'", Refusal(new PieceFile().With("<0xag>", 0, PieceFile.Byte).ToBytes()));

    [Fact]
    public void Load_NotFiniteScore_IsRefused()
    {
        var file = new PieceFile();
        file.Pieces.Add(("a", float.NaN, PieceFile.Normal));
        Assert.Contains("the score of piece 3 is NaN", Refusal(file.ToBytes()));
    }

    [Fact]
    public void Load_LinkToAFile_IsFollowed()
    {
        File.CreateSymbolicLink(_folder.File("link"), _folder.Write("a", new PieceFile().ToBytes()));
        Assert.Equal(SentencePieceTokenizer.Load(_folder.File("a")).VocabularySize,
            SentencePieceTokenizer.Load(_folder.File("link")).VocabularySize);
    }

    [Fact]
    public void Load_LinkToALargeFile_IsRefusedUnread()
    {
        using (var file = File.Create(_folder.File("large"))) file.SetLength(1L << 32); // sparse
        File.CreateSymbolicLink(_folder.File("link"), "large");
        Assert.Contains("the file has 4294967296 bytes",
            Assert.Throws<TokenizerFileException>(() => SentencePieceTokenizer.Load(_folder.File("link"))).Message);
    }

    static byte[] With(PieceFile file, int eosId)
    {
        file.EosId = eosId;
        return file.ToBytes();
    }

    public void Dispose() => _folder.Dispose();
}
