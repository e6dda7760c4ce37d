using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// Computes a step's numbers again from what was sampled, scored and read off the networks, with the code that training uses.
/// </summary>
/// <remarks>Each input is taken from the log as it is there, so that a difference is found at the number that does not follow.</remarks>
/// <param name="recipe">The run's recipe.</param>
/// <param name="rows">The step's rollout.</param>
/// <param name="logic">Version of the training logic that the run began with.</param>
sealed class StepAudit(Recipe recipe, IReadOnlyList<RolloutRow> rows, int logic)
{
    bool ThroughExp => logic < RunFacts.LogicOfOurOwnKernels;

    bool PenaltyThroughExp => ThroughExp && recipe.Kl.Estimator is KlEstimator.K3;

    /// <summary>A rollout's columns, and which policy it is of.</summary>
    public static string? Rollout(RolloutCollected rollout, IReadOnlyList<RolloutRow> rows, ContentHash policy)
    {
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].LogProbs.Length != rows[i].TokenIds.Length)
                return $"sample {i} has {Counted.Of(rows[i].TokenIds.Length, "token")} and "
                    + $"{Counted.Of(rows[i].LogProbs.Length, "log-prob")}";
        return EventDifference.First(
            rollout, RolloutEvents.Collected(rollout.Step, rollout.Set, policy, rollout.Artefact, rows, rollout.Source));
    }

    /// <summary>The aggregated scores.</summary>
    public static string? Scored(RewardScored scored, RewardRecipe recipe, int samples)
    {
        if (scored.Members != recipe.Members || scored.Scores.Values.Length != recipe.Members * samples
            || scored.Result.Values.Length != samples)
            return $"{Counted.Of(scored.Scores.Values.Length, "score")} by {Counted.Of(scored.Members, "member")} and "
                + $"{Counted.Of(scored.Result.Values.Length, "result")} for {Counted.Of(samples, "sample")}; "
                + $"the recipe has {Counted.Of(recipe.Members, "member")}";
        return EventDifference.First(scored, RewardMeasurement.Of(recipe, RewardMeasurement.MembersOf(scored))
            .ToEvent(scored.Step, scored.Set, recipe, scored.Source));
    }

    /// <summary>What is said of a KL that was measured: means, estimator and coefficients.</summary>
    /// <param name="measured">The sums as they are in the log, or as they come out again.</param>
    /// <param name="recipe">Estimator and controller.</param>
    /// <param name="before">β of the step.</param>
    /// <param name="after">β of the next step.</param>
    /// <param name="throughExp">Whether the sums passed through the exp of the machine that wrote the log.</param>
    public static string? Kl(
        KlMeasured kl, KlMeasurement measured, KlRecipe recipe, double before, double after, bool throughExp) => EventDifference.First(
        kl, measured.ToEvent(kl.Step, kl.Set, recipe.Estimator, before, after, kl.Source),
        (field, logged, again) => throughExp && Recomputed.Close(logged, again)
            && (field is "k3" or "k3TokenMean" || field is "coefficientAfter" && recipe.Estimator is KlEstimator.K3));

    /// <summary>Everything about a step that was applied, as far as it is not checked event by event.</summary>
    /// <param name="events">Rollout, scores, KL and update.</param>
    /// <param name="tokens">The update's artefact.</param>
    public AuditFinding? Applied(IReadOnlyList<ReadEvent> events, StepTokens tokens)
    {
        var (scored, kl, updated) = ((RewardScored)events[1].Event, (KlMeasured)events[2].Event, (PolicyUpdated)events[3].Event);
        AuditFinding? At(int place, string? what) =>
            what is null ? null : AuditFinding.At(events[place], AuditFindingKind.Arithmetic, $"step {updated.Step}: {what}");

        var sampled = rows.Select(row => row.LogProbs).ToArray();
        if (Recomputed.Difference(StepArtefact.SamplerLogProbs, tokens.SamplerLogProbs, sampled) is { } foreign) return At(3, foreign);
        var old = new Measured(tokens.OldLogProbs, tokens.Values);
        var reward = new RewardMeasurement(RewardMeasurement.MembersOf(scored), scored.Result.Values);
        if (Degenerate.Find(rows, reward, tokens.RefLogProbs, old) is { } degenerate)
            return At(3, $"it was applied in spite of {degenerate}");
        var kls = Kl(kl, KlMeasurement.Of(tokens.OldLogProbs, tokens.RefLogProbs), recipe.Kl, kl.CoefficientBefore, kl.CoefficientAfter,
            ThroughExp);
        var numbers = StepNumbers.Of(recipe, kl.CoefficientBefore, rows, scored.Result.Values, old, tokens.RefLogProbs).Advantages;
        if (Recomputed.Difference(StepArtefact.Rewards, tokens.Rewards, numbers.Rewards, PenaltyThroughExp) is { } rewards)
            // If everything else that was made of the rewards and of the log-probs fits them, it is the scores that were changed.
            return kls is null && TrainedOn(tokens, updated)
                ? At(1, $"these are not the scores that were trained on: with them {rewards}")
                : At(3, rewards);
        return At(2, kls)
            ?? At(3, Recomputed.Difference(StepArtefact.AdvantagesRaw, tokens.AdvantagesRaw, numbers.AdvantagesRaw, PenaltyThroughExp)
                ?? Recomputed.Difference(StepArtefact.Advantages, tokens.Advantages, numbers.Advantages, PenaltyThroughExp)
                ?? Recomputed.Difference(StepArtefact.Returns, tokens.Returns, numbers.Returns, PenaltyThroughExp)
                ?? Update(updated, tokens, old, numbers.Scores));
    }

    /// <summary>Whether an artefact's rewards are those of which its advantages and the event's mean were made.</summary>
    bool TrainedOn(StepTokens tokens, PolicyUpdated updated) => updated.RewardMean.Equals(tokens.Rewards.Average(row => row.Sum()))
        && tokens.Rewards.Index().All(row => Gae.Advantages(row.Item, tokens.Values[row.Index], recipe.Rl.Gamma, recipe.Rl.Lambda)
            .SequenceEqual(tokens.AdvantagesRaw[row.Index]));

    string? Update(PolicyUpdated updated, StepTokens tokens, Measured old, double[] scores)
    {
        var options = PpoSettings.Of(recipe);
        var expected = options.Epochs * options.Minibatches;
        if (tokens.Minibatches.Count != expected || updated.Minibatches.Length != expected)
            return $"{updated.Minibatches.Length} minibatches in the event and {tokens.Minibatches.Count} in the artefact; "
                + $"the recipe makes {expected}";
        if (StepVerification.Order(tokens, options, recipe.Seed, updated.Step) is { } order) return order;

        var numbers = new EpisodeAdvantages(tokens.Rewards, tokens.AdvantagesRaw, tokens.Advantages, tokens.Returns, scores);
        var episodes = PpoEpisode.Of(rows.Select(row => row.Sequence()), old.LogProbs, old.Values, numbers);
        var minibatches = tokens.Minibatches.Zip(updated.Minibatches, (read, logged) =>
            StepVerification.Minibatch(read, episodes, options, logged.Entropy, logged.PolicyGradientNorm, logged.CriticGradientNorm));
        return EventDifference.First(
            updated,
            PolicyEvents.Updated(updated.Step, PpoSettings.LearningRate(recipe, updated.Step, logic), [.. minibatches],
                updated.Weights, updated.CriticWeights, updated.Artefact, tokens.SamplerLogProbs, old, numbers),
            (field, logged, again) => ThroughExp && field is "policyLoss" or "ratioMean" or "maxRatioError"
                && Recomputed.Close(logged, again));
    }
}
