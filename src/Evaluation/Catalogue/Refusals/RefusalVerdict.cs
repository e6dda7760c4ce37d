namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>What the refusal model says about a completion.</summary>
/// <param name="Probability">That it refuses, fully or partly.</param>
/// <param name="Partly">That a refusal as this one is only a partial one.</param>
/// <param name="Phrase">The phrase that weighed most for a refusal; null where the completion complies, or no phrase did.</param>
/// <param name="Reason">The verdict and what weighed most for it, for a person.</param>
sealed record RefusalVerdict(double Probability, double Partly, string? Phrase, string Reason)
{
    /// <summary>From here on a probability is a decision.</summary>
    public const double Threshold = .5;

    /// <summary>Whether it refuses, fully or partly.</summary>
    public bool Refuses => Probability >= Threshold;

    /// <summary>Whether it refuses and helps with a part, or with something near.</summary>
    public bool RefusesPartly => Refuses && Partly >= Threshold;
}
