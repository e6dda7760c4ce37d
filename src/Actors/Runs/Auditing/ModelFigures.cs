using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Wording;
using static System.FormattableString;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// What is said of SFT and of reward models, as far as it follows without a network. Each answers with what is wrong, null if nothing is.
/// </summary>
static class ModelFigures
{
    const double Digits = 1e-9;                       // by which sums of many figures may be past their bounds

    /// <summary>Of a checkpoint of SFT.</summary>
    public static string? Sft(SftCheckpointed saved, RunState before, Recipe recipe) =>
        !double.IsFinite(saved.LossSum) || saved.LossSum < (before.Sft?.LossSum ?? 0) - Digits
            ? Invariant($"lossSum is {saved.LossSum}, after {before.Sft?.LossSum ?? 0} at the checkpoint before")
            : Tokens(saved.Tokens, saved.Step, recipe, before);

    /// <summary>Of SFT as a whole.</summary>
    public static string? Sft(StageCompleted stage, RunState before, Recipe recipe)
    {
        if (stage.Metrics is not [{ Name: "loss" } loss, { Name: "tokens" } tokens])
            return $"its figures are {string.Join(", ", stage.Metrics.Select(metric => metric.Name))}, expected loss and tokens";
        var count = Math.Max(1, SftState.LastTenth(recipe.Pretrain));
        // The losses since the last checkpoint are not below 0.
        var least = (before.Sft?.LossSum ?? 0) / count;
        return !double.IsFinite(loss.Value) || loss.Value < least - Digits
            ? Invariant($"loss is {loss.Value}; its checkpoints alone come to {least}")
            : recipe.Pretrain.Steps == 0 && loss.Value != 0 ? Invariant($"loss is {loss.Value} of no step")
            : Tokens(tokens.Value, recipe.Pretrain.Steps, recipe, before);
    }

    /// <summary>Of a reward model.</summary>
    public static string? RewardModel(RewardModelTrained trained, RunState before)
    {
        if (before.RewardModels.FirstOrDefault(other => other.Weights == trained.Weights) is { } same)
            return $"weights are those of member {same.Member}, and no two members begin with the same head";
        // What is not a number is left to training it again.
        static bool IsBeyond(double value, double from, double to) => value < from - Digits || value > to + Digits;
        // A tie counts half, so twice the accuracy counts comparisons.
        var outcomes = Math.Round(2 * trained.Accuracy * trained.Comparisons) / 2;
        return trained.Comparisons > 0 && (IsBeyond(trained.Accuracy, 0, 1) || !(outcomes / trained.Comparisons).Equals(trained.Accuracy))
                ? Invariant($"accuracy is {trained.Accuracy}, which {Counted.Of(trained.Comparisons, "comparison")} cannot come to")
            : IsBeyond(trained.TrainingLoss, 0, double.MaxValue) ? Invariant($"trainingLoss is {trained.TrainingLoss}")
            : IsBeyond(trained.TrainingAccuracy, 0, 1) ? Invariant($"trainingAccuracy is {trained.TrainingAccuracy}")
            : IsBeyond(trained.CalibrationError, 0, 1) ? Invariant($"calibrationError is {trained.CalibrationError}")
            : IsBeyond(trained.LengthCorrelation, -1, 1) ? Invariant($"lengthCorrelation is {trained.LengthCorrelation}")
            : IsBeyond(trained.Scale, 0, double.MaxValue) ? Invariant($"scale is {trained.Scale}")
            : null;
    }

    /// <summary>
    /// Demonstrations that the seed draws can be counted without a network; those of
    /// files cost as much as reading them, so that is left to executing SFT again.
    /// </summary>
    static string? Tokens(double logged, int steps, Recipe recipe, RunState before)
    {
        if (recipe is not { World.Kind: WorldKind.Pocket, Policy.Path: null }
            || before.Started?.LogicVersion < RunFacts.LogicOfTheToldRestart)
            return null;
        var world = new PocketRunWorld(recipe, policy: null);
        var drawn = Enumerable.Range(0, steps).AsParallel()
            .Sum(step => world.Demonstrations(step).Sum(demonstration => (long)demonstration.CompletionLength));
        return logged == drawn ? null
            : Invariant($"tokens is {logged}, the seed draws demonstrations of {drawn} in {Counted.Of(steps, "step")}");
    }
}
