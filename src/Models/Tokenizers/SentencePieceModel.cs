using System.Text;
using Google.Protobuf;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>What a SentencePiece model file says, checked: the library that encodes takes much of it on trust.</summary>
/// <remarks>Source: <c>sentencepiece_model.proto</c> of google/sentencepiece; the field numbers below are its. Only what Llama tokenizers use is accepted: BPE, no normalisation.</remarks>
sealed class SentencePieceModel
{
    /// <summary>What a piece is for; the values are the format's.</summary>
    public enum PieceKind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 }

    const int Bpe = 2;
    const int MaxPieceBytes = 1024; // The library recurses over the parts of a piece.
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly List<(string Text, float Score, PieceKind Kind)> _pieces = [];
    int _modelType = 1;
    string _normalizer = "";
    int _charsmapBytes;
    bool _byteFallback, _whitespaceAsSuffix, _removeExtraWhitespaces = true, _escapeWhitespaces = true;

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

    /// <summary>Parses and checks a model.</summary>
    /// <exception cref="TokenizerFileException">The bytes are damaged or a model that is not Llama's kind.</exception>
    public static SentencePieceModel Parse(string path, byte[] bytes)
    {
        var model = new SentencePieceModel();
        try { model.Read(new CodedInputStream(bytes)); }
        catch (Exception damaged) when (damaged is InvalidProtocolBufferException or DecoderFallbackException)
        {
            throw new TokenizerFileException(path, $"the file cannot be read as a SentencePiece model: {damaged.Message}", "a tokenizer.model");
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
            else if (tag == Number(35)) _byteFallback = input.ReadBool();
            else if (tag == Number(40)) UnknownId = input.ReadInt32();
            else if (tag == Number(41)) BosId = input.ReadInt32();
            else if (tag == Number(42)) EosId = input.ReadInt32();
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

    void Check(string path)
    {
        void Require(bool condition, string what, string expected)
        {
            if (!condition) throw new TokenizerFileException(path, what, expected);
        }

        Require(_pieces.Count > 0, "the model has no pieces", "a vocabulary");
        Require(_modelType == Bpe, $"the model's type is {_modelType}", $"{Bpe}, BPE, as Llama tokenizers have");
        Require(_normalizer is "" or "identity" && _charsmapBytes == 0, $"the text is normalised by '{_normalizer}' with a table of {_charsmapBytes} bytes", "no normalisation, as Llama tokenizers have");
        Require(!_removeExtraWhitespaces && _escapeWhitespaces && !_whitespaceAsSuffix, "white space is removed, not escaped or put behind words", "white space as Llama tokenizers keep it");
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < _pieces.Count; id++)
        {
            var (text, score, kind) = _pieces[id];
            Require(text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxPieceBytes, $"piece {id} has {text.Length} characters", $"1 to {MaxPieceBytes} bytes");
            Require(ids.TryAdd(text, id), $"the pieces {ids[text]} and {id} are both '{text}'", "every piece once");
            Require(float.IsFinite(score), $"the score of piece {id} is {score}", "a finite number");
            Require(Enum.IsDefined(kind), $"the kind of piece {id} is {(int)kind}", "1 to 6");
        }
        // The library finds byte b at the id of <0x00> plus b.
        var bytes = Enumerable.Range(0, _pieces.Count).Where(id => _pieces[id].Kind is PieceKind.Byte).ToList();
        Require(bytes.Count == (_byteFallback ? 256 : 0), $"there are {bytes.Count} byte pieces", _byteFallback ? "256, since the model falls back to bytes" : "none, since the model does not fall back to bytes");
        for (var b = 0; b < bytes.Count; b++)
            Require(bytes[b] == bytes[0] + b && _pieces[bytes[b]].Text == $"<0x{b:X2}>", $"piece {bytes[b]} is '{_pieces[bytes[b]].Text}'", $"the byte piece <0x{b:X2}> at {bytes[0] + b}");
        Require(IsA(UnknownId, PieceKind.Unknown), $"the unknown piece is {UnknownId}", "the id of a piece of that kind");
        // The library takes ids up to 0 for "not given".
        Require(BosId > 0 && IsA(BosId, PieceKind.Control), $"BOS is {BosId}", "the id of a control piece above 0");
        Require(EosId > 0 && IsA(EosId, PieceKind.Control), $"EOS is {EosId}", "the id of a control piece above 0");
        Require(BosId != EosId, $"BOS and EOS are both {BosId}", "two pieces");
    }

    bool IsA(int id, PieceKind kind) => id >= 0 && id < _pieces.Count && _pieces[id].Kind == kind;

    static uint Message(int field) => WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);

    static uint Number(int field) => WireFormat.MakeTag(field, WireFormat.WireType.Varint);
}
