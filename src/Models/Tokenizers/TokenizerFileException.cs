namespace ActorRlhf.Models.Tokenizers;

/// <summary>A tokenizer's file is missing, damaged or of a kind that we do not read.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="what">What is wrong, with the value.</param>
/// <param name="expected">What would be right.</param>
/// <param name="nextStep">What the reader of the message can do.</param>
public sealed class TokenizerFileException(string path, string what, string expected, string nextStep = TokenizerFileException.GetItAgain)
    : Exception($"{path}: {what}; expected {expected}. {nextStep}")
{
    const string GetItAgain = "Get the tokenizer again from where the model came.";

    /// <summary>For a file of which it may be known what helps.</summary>
    internal static TokenizerFileException Because(string path, string what, string expected, string? nextStep) =>
        new(path, what, expected, nextStep ?? GetItAgain);

    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;
}
