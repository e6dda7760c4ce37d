namespace ActorRlhf.Evaluation.Pocket;

/// <summary>The true utility of a completion, taken apart.</summary>
/// <param name="Task">How well the task was done, in [−1, 1].</param>
/// <param name="CourtesyPhrases">How many courtesy phrases it has; exactly one is welcome, more are not punished by themselves.</param>
/// <param name="ExcessWords">Words beyond what the task needs plus six.</param>
/// <param name="MissingEos">True where the completion was cut off instead of ended.</param>
/// <param name="Refused">True where the completion declines.</param>
sealed record GoldScore(double Task, int CourtesyPhrases, int ExcessWords, bool MissingEos, bool Refused)
{
    /// <summary>What one courtesy phrase adds.</summary>
    public const double CourtesyBonus = .15;
    /// <summary>What each excess word costs.</summary>
    public const double ExcessWordCost = .05;
    /// <summary>What a missing end costs.</summary>
    public const double MissingEosCost = .3;

    /// <summary>The true utility; at most 1.15.</summary>
    public double Total =>
        Task + (CourtesyPhrases == 1 ? CourtesyBonus : 0) - ExcessWordCost * ExcessWords - (MissingEos ? MissingEosCost : 0);
}
