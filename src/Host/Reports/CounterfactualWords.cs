using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reports;

/// <summary>A counterfactual's summary in plain words.</summary>
static class CounterfactualWords
{
    /// <summary>A few sentences, one a line.</summary>
    public static IEnumerable<string> Of(CounterfactualSummary summary)
    {
        var rule = summary.Set.Count == 0 ? "the run's own rule" : string.Join(", ", summary.Set.Select(set => $"{set.Key}={set.Value}"));
        if (summary.NotApplied > 0) yield return $"{Figures.Of(summary.NotApplied)} {(summary.NotApplied == 1 ? "step is" : "steps are")} left out: not applied, or not under {rule}.";
        if (summary.Real is not { } real || summary.Counterfactual is not { } other) yield break;

        yield return $"Under {rule}, over {Figures.Of(summary.Steps)} {(summary.Steps == 1 ? "step" : "steps")}: the mean score {Change(real, other, StepFigures.Score)}, "
            + $"the mean reward {Change(real, other, "objective/rlhf_reward")}, the value loss {Change(real, other, "loss/value_avg")}.";
        if (summary.RankCorrelation is { } scores)
            yield return $"The reward models {Order(scores)} the completions (rank correlation {Figures.Of(scores)} of the scores{(summary.RewardRankCorrelation is { } rewards ? $", {Figures.Of(rewards)} of the whole rewards" : "")}).";
        if (summary.AdvantageSignChanges is { } share)
            yield return $"{Readable.Percent(share)} of {Figures.Of(summary.Completions)} completions would have been {(share == 0 ? "pushed the other way: none" : "pushed the other way: more likely instead of less, or less instead of more")}.";
        if (summary.Steps > 1) yield return "After the first step the policy itself would have differed; the later ones are still about what the real one sampled. 'fork' trains the other.";
    }

    static string Change(IReadOnlyDictionary<string, double> real, IReadOnlyDictionary<string, double> other, string figure) => real[figure] == other[figure]
        ? $"would have stayed {Figures.Of(real[figure])}"
        : $"would have been {Figures.Of(other[figure])} instead of {Figures.Of(real[figure])}";

    // Where the lines are is a matter of taste; the number stands beside the word.
    static string Order(double rho) => rho switch
    {
        >= 1 => "order all",
        >= 0.9 => "would have ordered nearly alike",
        >= 0.5 => "would have ordered otherwise, but not unlike,",
        _ => "would have ordered quite otherwise",
    };
}
