using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Tokenizers;

/// <summary>Ids equal to SentencePiece's own, asked of it.</summary>
public sealed class SentencePieceOracleTests : IDisposable
{
    const int OddTexts = 2000;
    static readonly string[] s_userDefined = ["\n\nHuman:", "\n\nAssistant:", "\n\n", "lol", "lol!", "<sep>", "▁the▁same▁", "😀"];
    static readonly string[] s_odd =
    [
        "▁", "▁▁", " ", "  ", "\t", "\n", "\r\n", "\0", "\u00a0", "\u3000", "  indented", "tail  ",
        "\u200b", "\u202e", "\ufeff", "\ufffd", "e\u0301", "é", "Å", "ﬁ", "ß", "İ", "漢字", "かな", "👨‍👩‍👧", "😀", "𝒳", "\U000E0041",
        "<s>", "</s>", "<unk>", "<0x41>", "<pad>", "[INST]",
        "Human:", "Assistant:", "lol", "lollol!", "the same ", "aaaaaaaaaaaaaaa", "mmmm", "...", "!!!!", "1234567890", "3.14", "'s", "I'm",
        "https://example.org/a_b?c=d", "{\"a\": [1, 2]}", "Once upon a time",
    ];
    static readonly Lazy<byte[]> s_trained = new(() => SentencePieceOracle.Train(Dialogues(), 2000, s_userDefined));

    readonly TemporaryFolder _folder = new();

    static byte[] Stories => File.ReadAllBytes(Path.Combine(RealData.Stories, "tokenizer.model"));

    void AssertEqual(byte[] model, IReadOnlyList<string> texts)
    {
        var tokenizer = SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", model));
        foreach (var (text, expected) in texts.Zip(SentencePieceOracle.Encode(model, texts)))
        {
            Assert.Equal(expected, tokenizer.EncodeCompletion(text));
            Assert.Equal([tokenizer.BosTokenId, .. expected], tokenizer.EncodePrompt(text));
        }
    }

    static List<string> Dialogues()
    {
        var texts = new List<string>();
        foreach (var (_, prompt, chosen, rejected) in HhRlhf.Read(RealData.Preferences).Dialogues)
            texts.AddRange(prompt, chosen, rejected, $"{prompt} {chosen}", $"{prompt} {rejected}");
        Assert.Equal(5 * 1200, texts.Count);
        return texts;
    }

    static string[] Odd() => [.. Enumerable.Range(0, OddTexts).Select(i =>
    {
        var random = Purpose.Generate.Draws(31, (uint)i);
        return string.Concat(Enumerable.Range(0, 1 + random.Integer(30)).Select(_ => random.Integer(4) switch
        {
            0 => random.Pick(s_odd),
            1 => char.ConvertFromUtf32(random.Chance(.5) ? random.Integer(0xD800) : 0x10000 + random.Integer(0x100000)),
            2 => ((char)(' ' + random.Integer(95))).ToString(),
            _ => new string(random.Pick("aemt ▁lo".ToCharArray()), 1 + random.Integer(9)),
        }));
    })];

    [OracleFact]
    public void Encode_AllTextsOfHhRlhf_StoriesVocabulary_AreSentencePiecesIds() => AssertEqual(Stories, Dialogues());

    [OracleFact]
    public void Encode_AllTextsOfHhRlhf_TrainedVocabulary_AreSentencePiecesIds() => AssertEqual(s_trained.Value, Dialogues());

    [OracleFact]
    public void Encode_OddTexts_StoriesVocabulary_AreSentencePiecesIds() => AssertEqual(Stories, Odd());

    [OracleFact]
    public void Encode_OddTexts_TrainedVocabulary_AreSentencePiecesIds() => AssertEqual(s_trained.Value, Odd());

    [OracleFact]
    public void Encode_RandomVocabulariesFullOfTies_AreSentencePiecesIds()
    {
        var questions = Enumerable.Range(0, 500).Select(i => RandomVocabulary(Purpose.Generate.Draws(32, (uint)i))).ToArray();
        foreach (var ((model, texts), answers) in questions.Zip(SentencePieceOracle.Encode(questions)))
        {
            var tokenizer = SentencePieceTokenizer.Load(_folder.Write("tokenizer.model", model));
            foreach (var (text, expected) in texts.Zip(answers)) Assert.Equal(expected, tokenizer.EncodeCompletion(text));
        }
    }

    static (byte[] Model, IReadOnlyList<string> Texts) RandomVocabulary(PhiloxStream random)
    {
        string[] alphabet = ["▁", "a", "b", "c", "é", "😀"];
        int Kind(int bound) => random.Integer(bound) switch { 0 => PieceFile.UserDefined, 1 => PieceFile.Unused, _ => PieceFile.Normal };
        string Word(int most) => string.Concat(Enumerable.Range(0, 1 + random.Integer(most)).Select(_ => random.Pick(alphabet)));

        var file = new PieceFile { AddDummyPrefix = random.Chance(.5) };
        var withBytes = random.Chance(.5);
        if (withBytes) file.WithBytes();
        foreach (var character in alphabet)
            if (!withBytes || random.Chance(.8)) file.With(character, -random.Integer(3), Kind(10));
        for (var i = random.Integer(40); i > 0; i--)
        {
            var word = Word(6);
            if (file.Pieces.Any(piece => piece.Text == word)) continue;
            if (!withBytes && word.EnumerateRunes().Count() == 1) continue;
            file.With(word, -random.Integer(4), Kind(6));
        }
        return (file.ToBytes(), [.. Enumerable.Range(0, 20).Select(_ => Word(40).Replace('▁', random.Chance(.8) ? ' ' : '▁'))]);
    }

    public void Dispose() => _folder.Dispose();
}
