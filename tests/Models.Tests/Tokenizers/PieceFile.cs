using System.Text;
using Google.Protobuf;

namespace ActorRlhf.Models.Tests.Tokenizers;

/// <summary>SentencePiece models put together by hand, so that they can be wrong.</summary>
sealed class PieceFile
{
    public const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6;

    public List<(string Text, float Score, int Kind)> Pieces { get; } = [("<unk>", 0, Unknown), ("<s>", 0, Control), ("</s>", 0, Control)];
    public int ModelType { get; set; } = 2;
    public int BosId { get; set; } = 1;
    public int EosId { get; set; } = 2;
    public bool ByteFallback { get; set; }
    public string Normalizer { get; set; } = "identity";
    public bool AddDummyPrefix { get; set; } = true;
    public bool RemoveExtraWhitespaces { get; set; }
    public bool EscapeWhitespaces { get; set; } = true;
    public bool WhitespaceAsSuffix { get; set; }
    public string BosPiece { get; set; } = "<s>";
    public int Charsmap { get; set; }
    public int DenormalizerCharsmap { get; set; }

    /// <summary>A model of single characters, with pieces for every pair that <paramref name="merges"/> names.</summary>
    public static PieceFile Of(string characters, params string[] merges)
    {
        var file = new PieceFile();
        foreach (var character in characters) file.Pieces.Add((character.ToString(), -100, Normal));
        foreach (var merge in merges) file.Pieces.Add((merge, -file.Pieces.Count, Normal));
        return file;
    }

    public PieceFile With(string text, float score, int kind = Normal)
    {
        Pieces.Add((text, score, kind));
        return this;
    }

    public PieceFile WithBytes()
    {
        for (var b = 0; b < 256; b++) Pieces.Add(($"<0x{b:X2}>", 0, Byte));
        ByteFallback = true;
        return this;
    }

    public byte[] ToBytes() => Message(model =>
    {
        foreach (var (text, score, kind) in Pieces) Nested(model, 1, piece =>
        {
            piece.WriteTag(1, WireFormat.WireType.LengthDelimited);
            piece.WriteString(text);
            piece.WriteTag(2, WireFormat.WireType.Fixed32);
            piece.WriteFloat(score);
            Number(piece, 3, kind);
        });
        Nested(model, 2, trainer =>
        {
            Number(trainer, 3, ModelType);
            Number(trainer, 24, WhitespaceAsSuffix ? 1 : 0);
            Number(trainer, 35, ByteFallback ? 1 : 0);
            Number(trainer, 41, BosId);
            Number(trainer, 42, EosId);
            Bytes(trainer, 46, Encoding.UTF8.GetBytes(BosPiece));
        });
        Nested(model, 3, normalizer =>
        {
            Bytes(normalizer, 1, Encoding.UTF8.GetBytes(Normalizer));
            Bytes(normalizer, 2, new byte[Charsmap]);
            Number(normalizer, 3, AddDummyPrefix ? 1 : 0);
            Number(normalizer, 4, RemoveExtraWhitespaces ? 1 : 0);
            Number(normalizer, 5, EscapeWhitespaces ? 1 : 0);
        });
        Nested(model, 5, denormalizer => Bytes(denormalizer, 2, new byte[DenormalizerCharsmap]));
    });

    static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write) => Bytes(output, field, Message(write));

    static void Bytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    static void Number(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }
}
