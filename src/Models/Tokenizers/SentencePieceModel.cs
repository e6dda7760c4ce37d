using System.Text;
using ActorRlhf.Models.Wording;
using Google.Protobuf;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>What a SentencePiece model file says, checked.</summary>
/// <remarks>
/// Source: <c>sentencepiece_model.proto</c> of google/sentencepiece; the field numbers below are its. Only what Llama tokenizers use is
/// accepted: BPE, no normalisation, spaces kept as they are. Everything else that would change ids or texts is refused by its name there.
/// </remarks>
sealed class SentencePieceModel
{
    /// <summary>What a piece is for; the values are the format's.</summary>
    public enum PieceKind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 }

    /// <summary>U+2581, which stands for a space inside pieces.</summary>
    public const char Space = '▁';

    static readonly string[] s_types = ["unknown", "UNIGRAM", "BPE", "WORD", "CHAR"];
    const int Bpe = 2;
    const string Unsupported = "Tokenizers of this kind are not supported: take a model with Llama's.";
    const int MaxPieceBytes = 1024; // Bounds the time that a hostile vocabulary can cost.
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly List<(string Text, float Score, PieceKind Kind)> _pieces = [];
    int _modelType = 1;
    string _normalizer = "", _bosPiece = "<s>", _eosPiece = "</s>";
    int _charsmapBytes, _denormalizerBytes;
    bool _whitespaceAsSuffix, _removeExtraWhitespaces = true, _escapeWhitespaces = true;

    /// <summary>The pieces; the index is the token id.</summary>
    public IReadOnlyList<(string Text, float Score, PieceKind Kind)> Pieces => _pieces;
    /// <summary>Id of the unknown piece.</summary>
    public int UnknownId { get; private set; }
    /// <summary>Id of BOS.</summary>
    public int BosId { get; private set; } = 1;
    /// <summary>Id of EOS.</summary>
    public int EosId { get; private set; } = 2;
    /// <summary>Whether encoding puts a space before the text, which decoding takes away.</summary>
    public bool AddDummyPrefix { get; private set; } = true;
    /// <summary>Whether characters without a piece are written as bytes; then there is a piece for each byte.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>The byte of a byte piece such as <c>&lt;0x0A&gt;</c>.</summary>
    public static byte ByteOf(string text) => Convert.ToByte(text[3..5], 16);

    /// <summary>Parses and checks a model.</summary>
    /// <exception cref="TokenizerFileException">The bytes are damaged or a model that is not Llama's kind.</exception>
    public static SentencePieceModel Parse(string path, byte[] bytes)
    {
        TokenizerFiles.RefuseOtherFormats(path, bytes, "a SentencePiece model");
        var model = new SentencePieceModel();
        try { model.Read(new CodedInputStream(bytes)); }
        catch (Exception damaged) when (damaged is InvalidProtocolBufferException or DecoderFallbackException)
        {
            throw new TokenizerFileException(path, "the file is damaged, cut off or something else", "a SentencePiece model");
        }
        model.Check(path);
        return model;
    }

    void Read(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == Message(1)) _pieces.Add(ReadPiece(input.ReadBytes().CreateCodedInput()));
            else if (tag == Message(2)) ReadTrainer(input.ReadBytes().CreateCodedInput());
            else if (tag == Message(3)) ReadNormalizer(input.ReadBytes().CreateCodedInput());
            else if (tag == Message(5)) ReadDenormalizer(input.ReadBytes().CreateCodedInput());
            else input.SkipLastField();
        }
    }

    static (string Text, float Score, PieceKind Kind) ReadPiece(CodedInputStream input)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == Message(1)) text = s_strict.GetString(input.ReadBytes().Span);
            else if (tag == WireFormat.MakeTag(2, WireFormat.WireType.Fixed32)) score = input.ReadFloat();
            else if (tag == Number(3)) kind = (PieceKind)input.ReadEnum();
            else input.SkipLastField();
        }
        return (text, score, kind);
    }

    void ReadTrainer(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == Number(3)) _modelType = input.ReadEnum();
            else if (tag == Number(24)) _whitespaceAsSuffix = input.ReadBool();
            else if (tag == Number(35)) ByteFallback = input.ReadBool();
            else if (tag == Number(40)) UnknownId = input.ReadInt32();
            else if (tag == Number(41)) BosId = input.ReadInt32();
            else if (tag == Number(42)) EosId = input.ReadInt32();
            else if (tag == Message(46)) _bosPiece = s_strict.GetString(input.ReadBytes().Span);
            else if (tag == Message(47)) _eosPiece = s_strict.GetString(input.ReadBytes().Span);
            else input.SkipLastField();
        }
    }

    void ReadNormalizer(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == Message(1)) _normalizer = s_strict.GetString(input.ReadBytes().Span);
            else if (tag == Message(2)) _charsmapBytes = input.ReadBytes().Length;
            else if (tag == Number(3)) AddDummyPrefix = input.ReadBool();
            else if (tag == Number(4)) _removeExtraWhitespaces = input.ReadBool();
            else if (tag == Number(5)) _escapeWhitespaces = input.ReadBool();
            else input.SkipLastField();
        }
    }

    void ReadDenormalizer(CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == Message(2)) _denormalizerBytes = input.ReadBytes().Length;
            else input.SkipLastField();
        }
    }

    void Check(string path)
    {
        void Require(bool condition, string what, string expected)
        {
            if (!condition) throw new TokenizerFileException(path, what, expected);
        }
        // A file that is sound, but of a kind that we do not read.
        void Support(bool condition, string what, string expected)
        {
            if (!condition) throw new TokenizerFileException(path, what, $"{expected}, as Llama's tokenizer has it", Unsupported);
        }

        Require(_pieces.Count > 0, "the model has no pieces", "a vocabulary");
        Support(_modelType == Bpe, $"'model_type' is {_modelType} ({s_types.ElementAtOrDefault(_modelType) ?? "unknown"})", $"{Bpe} (BPE)");
        Support(_normalizer is "" or "identity" && _charsmapBytes == 0,
            $"'normalizer_spec' is '{_normalizer}' with a 'precompiled_charsmap' of {Counted.Of(_charsmapBytes, "byte")}", "identity");
        Support(_denormalizerBytes == 0, $"'denormalizer_spec' has a 'precompiled_charsmap' of "
            + $"{Counted.Of(_denormalizerBytes, "byte")}", "none");
        Support(!_removeExtraWhitespaces, "'remove_extra_whitespaces' is true", "false");
        Support(_escapeWhitespaces, "'escape_whitespaces' is false", "true");
        Support(!_whitespaceAsSuffix, "'treat_whitespace_as_suffix' is true", "false");
        CheckPieces(Require);
        CheckBytes(Require);
        Require(IsA(UnknownId, PieceKind.Unknown) && _pieces.Count(piece => piece.Kind is PieceKind.Unknown) == 1,
            $"the unknown piece is {UnknownId}", "the id of the only piece of that kind");
        Require(BosId != EosId, $"BOS and EOS are both {BosId}", "two pieces");
        CheckControl(Require, "bos", BosId, _bosPiece);
        CheckControl(Require, "eos", EosId, _eosPiece);
    }

    void CheckPieces(Action<bool, string, string> require)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < _pieces.Count; id++)
        {
            var (text, score, kind) = _pieces[id];
            require(text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxPieceBytes,
                $"piece {id} has {Counted.Of(text.Length, "character")}", $"1 to {MaxPieceBytes} bytes");
            require(ids.TryAdd(text, id), $"the pieces {ids[text]} and {id} are both '{text}'", "every piece once");
            require(float.IsFinite(score), $"the score of piece {id} is {score}", "a finite number");
            require(Enum.IsDefined(kind), $"the kind of piece {id} is {(int)kind}", "1 to 6");
            // SentencePiece ends such a piece there.
            require(kind is not PieceKind.UserDefined || !text.Contains('\0'),
                $"the user-defined piece {id} holds the character U+0000", "text without it");
        }
    }

    void CheckBytes(Action<bool, string, string> require)
    {
        var names = Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>").ToHashSet();
        var count = 0;
        foreach (var (id, piece) in _pieces.Index())
        {
            if (piece.Kind is not PieceKind.Byte) continue;
            require(names.Contains(piece.Text), $"the byte piece {id} is '{piece.Text}'", "<0x00> to <0xFF>");
            count++;
        }
        require(count == (ByteFallback ? names.Count : 0), $"there {Counted.Noun(count, "is", "are")} {Counted.Of(count, "byte piece")}",
            ByteFallback ? "256, since the model falls back to bytes" : "none, since the model does not fall back to bytes");
    }

    // SentencePiece goes by the name, others by the number.
    void CheckControl(Action<bool, string, string> require, string key, int id, string name)
    {
        require(IsA(id, PieceKind.Control), $"'{key}_id' is {id}", "the id of a control piece");
        require(name.Length == 0 || name == _pieces[id].Text,
            $"'{key}_id' is {id}, the piece '{_pieces[id].Text}', and '{key}_piece' is '{name}'", "one and the same piece");
    }

    bool IsA(int id, PieceKind kind) => id >= 0 && id < _pieces.Count && _pieces[id].Kind == kind;

    static uint Message(int field) => WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);

    static uint Number(int field) => WireFormat.MakeTag(field, WireFormat.WireType.Varint);
}
