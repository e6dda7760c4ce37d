namespace ActorRlhf.Models.Tokenizers;

/// <summary>Finds the tokenizer in a model folder.</summary>
public static class TokenizerFolder
{
    /// <summary>Whether a file of that name belongs to a tokenizer.</summary>
    public static bool IsPart(string file) => file is SentencePieceTokenizer.FileName or WordTokenizer.FileName or TokenizerFiles.Config;

    /// <summary>Loads <c>tokenizer.model</c> or <c>words.txt</c>, whichever is there.</summary>
    /// <exception cref="TokenizerFileException">Neither or both are there, or a file is damaged or describes another tokenizer.</exception>
    public static ITokenizer Load(string folder)
    {
        var (pieces, words) = (Path.Combine(folder, SentencePieceTokenizer.FileName), Path.Combine(folder, WordTokenizer.FileName));
        var (hasPieces, hasWords) = (Path.Exists(pieces), Path.Exists(words));
        if (hasPieces && hasWords)
            throw new TokenizerFileException(folder, $"both {SentencePieceTokenizer.FileName} and {WordTokenizer.FileName} are there",
                "one of them", "Remove the one that is not the model's.");
        if (hasWords) return WordTokenizer.Load(words);
        if (hasPieces) return SentencePieceTokenizer.LoadFolder(folder);
        var nextStep = File.Exists(Path.Combine(folder, FastTokenizer.FileName))
            ? $"{FastTokenizer.FileName} is not read alone: take a model that comes with tokenizer.model."
            : "Copy the tokenizer from where the model came.";
        throw new TokenizerFileException(
            folder, "there is no tokenizer", $"{SentencePieceTokenizer.FileName} or {WordTokenizer.FileName}", nextStep);
    }
}
