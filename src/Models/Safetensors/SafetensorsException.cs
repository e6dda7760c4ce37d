namespace ActorRlhf.Models.Safetensors;

/// <summary>A safetensors file, or bytes in that format, cannot be read or written.</summary>
/// <param name="path">The file, or the name that the caller gave to bytes.</param>
/// <param name="what">What is wrong, with the value.</param>
/// <param name="expected">What would be right.</param>
/// <param name="nextStep">What the reader of the message can do.</param>
public sealed class SafetensorsException(string path, string what, string expected, string nextStep = SafetensorsException.GetItAgain)
    : Exception($"{path}: {what}; expected {expected}. {nextStep}")
{
    const string GetItAgain =
        "The file is damaged or not safetensors: get it again from where it came, or convert it with the safetensors library.";

    /// <summary>For a file of which it may be known what helps.</summary>
    internal static SafetensorsException Because(string path, string what, string expected, string? nextStep) =>
        new(path, what, expected, nextStep ?? GetItAgain);

    /// <summary>The file, or the name that the caller gave to bytes.</summary>
    public string Path { get; } = path;
}
