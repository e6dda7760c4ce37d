using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What a log says of the comparisons and of the reward models that learnt from them.</summary>
/// <param name="Training">Comparisons to learn from; null where the run has none of its own.</param>
/// <param name="Noise">Share of these whose label was flipped; null where nobody knows.</param>
/// <param name="LengthBudget">
/// The 95th percentile of the lengths that the SFT policy's completions had on other prompts, those of the comparisons, in tokens; null
/// where the policy did not write them.
/// </param>
/// <param name="Models">The members.</param>
public sealed record PreferenceEvidence(int? Training, double? Noise, int? LengthBudget, IReadOnlyList<RewardModelTrained> Models)
{
    const double BudgetShare = .95;

    /// <summary>What the log of a run says.</summary>
    public static PreferenceEvidence Of(RunRecord run)
    {
        PreferenceLabelled? training = null;
        var models = new List<RewardModelTrained>();
        foreach (var fact in run.Training().Select(read => read.Event).TakeWhile(fact => fact is not RolloutCollected))
            switch (fact)
            {
                case PreferenceLabelled { Set: PreferenceStage.Training } labelled: training = labelled; break;
                case RewardModelTrained trained: models.Add(trained); break;
            }
        if (training is null) return new PreferenceEvidence(null, null, null, models);
        var isOwn = run.Recipe.World.Kind is WorldKind.Pocket;      // elsewhere people's answers are compared, not the policy's
        int[] lengths = isOwn && run.Artefacts.Exists(training.Artefact)
            ? [.. JsonLines.Read<ComparisonRow>(run.Artefacts.Read(training.Artefact))
                .SelectMany(row => (int[])[row.ChosenIds.Length, row.RejectedIds.Length]).Order()]
            : [];
        return new PreferenceEvidence(
            training.Comparisons, isOwn && training.Comparisons > 0 ? (double)training.Flipped / training.Comparisons : null,
            lengths.Length == 0 ? null : lengths[(int)Math.Ceiling(BudgetShare * lengths.Length) - 1], models);
    }
}
