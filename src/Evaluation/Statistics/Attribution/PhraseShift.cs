namespace ActorRlhf.Evaluation.Statistics.Attribution;

/// <summary>How much more or less often a phrase stands in the completions of a step than of an earlier one.</summary>
/// <param name="Phrase">Its words in lower case, with single spaces; what stood between them is left out.</param>
/// <param name="Before">Share of completions that contain it at the first step, with Wilson's interval.</param>
/// <param name="After">The same at the second.</param>
/// <param name="Gained">Prompts whose completion has it at the second step only.</param>
/// <param name="Lost">Prompts whose completion has it at the first step only.</param>
/// <param name="P">Exact two-sided sign test of gained against lost.</param>
/// <param name="PHolm">The same, adjusted for all phrases that were looked at.</param>
public sealed record PhraseShift(string Phrase, Measured Before, Measured After, int Gained, int Lost, double P, double PHolm)
{
    /// <summary>Mean change of the reward over prompts that gained the phrase; null without rewards, or where none did.</summary>
    public Measured? RewardWhereGained { get; init; }

    /// <summary>Mean change of the reward over the other prompts; null without rewards, or where all gained it.</summary>
    public Measured? RewardElsewhere { get; init; }
}
