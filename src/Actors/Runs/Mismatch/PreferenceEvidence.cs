using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What a log says of the comparisons and of the reward models that learnt from them.</summary>
/// <param name="Training">Comparisons to learn from; null where the run has none of its own.</param>
/// <param name="Noise">Share of these whose label was flipped; null where nobody knows.</param>
/// <param name="LengthBudget">
/// The 95th percentile of the lengths that the SFT policy's completions had on other prompts, those of the comparisons, in tokens; null
/// where the policy did not write them.
/// </param>
/// <param name="Models">The members.</param>
public sealed record PreferenceEvidence(int? Training, double? Noise, int? LengthBudget, IReadOnlyList<RewardModelTrained> Models);
