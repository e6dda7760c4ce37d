namespace ActorRlhf.Models.Files;

/// <summary>A text is not the one JSON object that it should be.</summary>
/// <param name="what">What is wrong and where, in words that follow the name of the text.</param>
/// <param name="nextStep">What helps; null where that depends on where the text came from.</param>
sealed class NotJsonException(string what, string? nextStep = null) : Exception(what)
{
    /// <summary>What helps; null where that depends on where the text came from.</summary>
    public string? NextStep { get; } = nextStep;
}
