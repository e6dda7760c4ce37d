using PieceKind = ActorRlhf.Models.Tokenizers.SentencePieceModel.PieceKind;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>Which tokens Hugging Face's files may name beside the pieces of a <c>tokenizer.model</c>.</summary>
/// <remarks>
/// transformers cuts every text at such a token before it is encoded. Control pieces and padding never come out of text here, so naming
/// them changes nothing; anything else would change ids.
/// </remarks>
/// <param name="model">The pieces.</param>
/// <param name="padding">Texts of padding tokens, which need not be pieces.</param>
sealed class AddedTokenRule(SentencePieceModel model, IReadOnlySet<string> padding)
{
    const string Model = SentencePieceTokenizer.FileName;

    readonly Dictionary<string, int> _ids = model.Pieces.Index().ToDictionary(piece => piece.Item.Text, piece => piece.Index);

    /// <summary>Checks a token.</summary>
    /// <param name="file">Where it is named.</param>
    /// <param name="key">Where in the file.</param>
    /// <param name="text">The token.</param>
    /// <param name="id">Its id, if the file gives one.</param>
    /// <exception cref="TokenizerFileException">The token is not allowed.</exception>
    public void Check(TokenizerJsonFile file, string key, string text, int? id)
    {
        if (_ids.TryGetValue(text, out var piece))
        {
            if (id is not null && id != piece) throw file.Refusal(key, $"gives '{text}' the id {id}", $"{piece}, as {Model} has it");
            if (model.Pieces[piece].Kind is not (PieceKind.Control or PieceKind.Unknown))
                throw file.Refusal(key, $"cuts '{text}' out of texts, an ordinary piece of {Model}", "only control pieces, and padding");
            return;
        }
        if (!padding.Contains(text)) throw file.Refusal(key, $"names the token '{text}'", $"only tokens that {Model} has, and padding");
        var count = model.Pieces.Count;
        if (id < count) throw file.Refusal(key, $"gives '{text}' the id {id}", $"an id from {count}, since {Model} has a piece there");
    }
}
