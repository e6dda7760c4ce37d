using System.Text;
using PieceKind = ActorRlhf.Models.Tokenizers.SentencePieceModel.PieceKind;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>
/// Llama's tokenizer: SentencePiece BPE from a <c>tokenizer.model</c>. A
/// prompt is BOS and the text's pieces, a completion its pieces alone.
/// </summary>
/// <remarks>The ids are SentencePiece's own. PAD is the unknown piece: text never becomes it.</remarks>
sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "tokenizer.model";

    const int MaxBytes = 64 << 20;

    readonly byte[] _file;
    readonly SentencePieceModel _model;
    readonly bool _addBos, _addPrefix;
    readonly BytePairEncoder _encoder;

    SentencePieceTokenizer(byte[] file, SentencePieceModel model, bool addBos, bool addPrefix) =>
        (_file, _model, _addBos, _addPrefix, _encoder) = (file, model, addBos, addPrefix, new BytePairEncoder(model, addPrefix));

    /// <inheritdoc/>
    public int VocabularySize => _model.Pieces.Count;
    /// <inheritdoc/>
    public int BosTokenId => _model.BosId;
    /// <inheritdoc/>
    public int EosTokenId => _model.EosId;
    /// <inheritdoc/>
    public int PadTokenId => _model.UnknownId;

    /// <summary>Reads a <c>tokenizer.model</c>: prompts begin with BOS, and with a space if the file says so.</summary>
    /// <exception cref="TokenizerFileException">The file is missing, damaged or not a BPE model without normalisation.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        var (file, model) = Read(path);
        return new SentencePieceTokenizer(file, model, addBos: true, model.AddDummyPrefix);
    }

    /// <summary>Reads the one of a model folder, as the other files there say.</summary>
    /// <exception cref="TokenizerFileException">A file is damaged, or describes a tokenizer that we do not read.</exception>
    internal static SentencePieceTokenizer LoadFolder(string folder)
    {
        var (file, model) = Read(Path.Combine(folder, FileName));
        var (addBos, addPrefix) = HuggingFaceTokenizer.Read(folder, model);
        return new SentencePieceTokenizer(file, model, addBos, addPrefix);
    }

    static (byte[] File, SentencePieceModel Model) Read(string path)
    {
        var file = TokenizerFiles.Read(path, MaxBytes);
        return (file, SentencePieceModel.Parse(path, file));
    }

    /// <summary>The text of a piece as the file has it, for example <c>▁time</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public string Piece(int tokenId)
    {
        CheckRange(tokenId);
        return _model.Pieces[tokenId].Text;
    }

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">
    /// The text holds a lone surrogate, or a character that the model has no piece for; or it is empty and there is no BOS.
    /// </exception>
    public int[] EncodePrompt(string prompt)
    {
        var ids = _encoder.Encode(prompt);
        if (_addBos) return [BosTokenId, .. ids];
        return ids.Length > 0 ? ids : throw new UntokenizableTextException("", 0, "nothing to begin with",
            "The tokenizer puts no BOS before it ('add_bos_token' is false), so a prompt needs at least one character.");
    }

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">
    /// The text holds a lone surrogate, or a character that the model has no piece for.
    /// </exception>
    public int[] EncodeCompletion(string completion) => _encoder.Encode(completion);

    /// <inheritdoc/>
    /// <remarks>Bytes that are not UTF-8 become U+FFFD.</remarks>
    public string Decode(ReadOnlySpan<int> tokenIds)
    {
        var utf8 = new List<byte>();
        var atStart = true;
        foreach (var id in tokenIds)
        {
            CheckRange(id);
            var (text, _, kind) = _model.Pieces[id];
            if (kind is PieceKind.Control or PieceKind.Unknown) continue;
            if (kind is PieceKind.Byte) utf8.Add(SentencePieceModel.ByteOf(text));
            else
            {
                var shown = atStart && _addPrefix && text[0] == SentencePieceModel.Space ? text[1..] : text;
                utf8.AddRange(Encoding.UTF8.GetBytes(shown.Replace(SentencePieceModel.Space, ' ')));
            }
            atStart = false;
        }
        return Encoding.UTF8.GetString([.. utf8]);
    }

    /// <inheritdoc/>
    public void Save(string directory)
    {
        TokenizerFiles.Write(Path.Combine(directory, FileName), _file);
        (string, object)[] config =
        [
            ("tokenizer_class", "LlamaTokenizer"), ("bos_token", Piece(BosTokenId)), ("eos_token", Piece(EosTokenId)),
            ("unk_token", Piece(_model.UnknownId)), ("add_bos_token", _addBos), ("add_eos_token", false),
        ];
        TokenizerFiles.WriteConfig(directory, _addPrefix ? config : [.. config, ("add_prefix_space", false)]);
    }

    void CheckRange(int tokenId)
    {
        if (tokenId < 0 || tokenId >= VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(tokenId), tokenId,
                $"token ids are 0 to {VocabularySize - 1}; the ids come from another tokenizer");
    }
}
