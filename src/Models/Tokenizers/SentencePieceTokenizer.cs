using System.Text;
using Google.Protobuf;
using Microsoft.ML.Tokenizers;
using PieceKind = ActorRlhf.Models.Tokenizers.SentencePieceModel.PieceKind;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>Llama's tokenizer: SentencePiece BPE from a <c>tokenizer.model</c>. A prompt is BOS and the text's pieces, a completion its pieces alone.</summary>
/// <remarks>
/// Encoding is Microsoft.ML.Tokenizers'. Decoding is ours, since the library takes the space from the first word even when other
/// text stands before it, and drops every piece whose id is below the bytes'. PAD is the unknown piece: text never becomes it.
/// </remarks>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "tokenizer.model";

    const char Space = '▁'; // U+2581 stands for a space inside pieces
    const int MaxBytes = 64 << 20;

    readonly byte[] _file;
    readonly SentencePieceModel _model;
    readonly LlamaTokenizer _encoder;

    SentencePieceTokenizer(byte[] file, SentencePieceModel model, LlamaTokenizer encoder) => (_file, _model, _encoder) = (file, model, encoder);

    /// <inheritdoc/>
    public int VocabularySize => _model.Pieces.Count;
    /// <inheritdoc/>
    public int BosTokenId => _model.BosId;
    /// <inheritdoc/>
    public int EosTokenId => _model.EosId;
    /// <inheritdoc/>
    public int PadTokenId => _model.UnknownId;

    /// <summary>Reads a <c>tokenizer.model</c>.</summary>
    /// <exception cref="TokenizerFileException">The file is missing, damaged or not a BPE model without normalisation.</exception>
    public static SentencePieceTokenizer Load(string path)
    {
        var file = TokenizerFiles.Read(path, MaxBytes);
        var model = SentencePieceModel.Parse(path, file);
        try
        {
            using var stream = new MemoryStream(file);
            return new SentencePieceTokenizer(file, model, LlamaTokenizer.Create(stream, addBeginOfSentence: false));
        }
        // Parts of the file that we do not look at.
        catch (InvalidProtocolBufferException damaged)
        {
            throw new TokenizerFileException(path, $"the file cannot be read as a SentencePiece model: {damaged.Message}", "a tokenizer.model");
        }
    }

    /// <summary>The text of a piece as the file has it, for example <c>▁time</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public string Piece(int tokenId)
    {
        CheckRange(tokenId);
        return _model.Pieces[tokenId].Text;
    }

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">The text holds a lone surrogate, or a character that the model has no piece for.</exception>
    public int[] EncodePrompt(string prompt) => [BosTokenId, .. EncodeCompletion(prompt)];

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">The text holds a lone surrogate, or a character that the model has no piece for.</exception>
    public int[] EncodeCompletion(string completion)
    {
        UntokenizableTextException.ThrowIfLoneSurrogate(completion);
        var ids = _encoder.EncodeToIds(completion, addBeginningOfSentence: false, addEndOfSentence: false).ToArray();
        foreach (var id in ids)
            if (_model.Pieces[id].Kind is PieceKind.Control or PieceKind.Unknown) throw Untokenizable(completion, id);
        return ids;
    }

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
            if (kind is PieceKind.Byte) utf8.Add(Convert.ToByte(text[3..5], 16));
            else utf8.AddRange(Encoding.UTF8.GetBytes((atStart && _model.AddDummyPrefix && text[0] == Space ? text[1..] : text).Replace(Space, ' ')));
            atStart = false;
        }
        return Encoding.UTF8.GetString([.. utf8]);
    }

    /// <inheritdoc/>
    public void Save(string directory)
    {
        TokenizerFiles.Write(Path.Combine(directory, FileName), _file);
        TokenizerFiles.WriteConfig(directory,
            ("tokenizer_class", "LlamaTokenizer"), ("bos_token", Piece(BosTokenId)), ("eos_token", Piece(EosTokenId)), ("unk_token", Piece(_model.UnknownId)),
            ("add_bos_token", true), ("add_eos_token", false));
    }

    void CheckRange(int tokenId)
    {
        if (tokenId < 0 || tokenId >= VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(tokenId), tokenId, $"token ids are 0 to {VocabularySize - 1}; the ids come from another tokenizer");
    }

    UntokenizableTextException Untokenizable(string text, int id)
    {
        var token = _encoder.EncodeToTokens(text, out var normalized, addBeginningOfSentence: false, addEndOfSentence: false).First(token => token.Id == id);
        var fragment = normalized is null ? token.Value : normalized[token.Offset];
        return new UntokenizableTextException(fragment, Math.Max(0, text.IndexOf(fragment, StringComparison.Ordinal)), $"'{fragment}', which the tokenizer has no piece for", "Leave it out of the text, or use a model whose tokenizer has byte pieces.");
    }
}
