using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Reports;

/// <summary>A counterfactual's summary in plain words.</summary>
static class CounterfactualWords
{
    /// <summary>A few sentences, one a line.</summary>
    public static IEnumerable<string> Of(CounterfactualSummary summary)
    {
        var rule = summary.Set.Count == 0 ? "the run's own rule" : string.Join(", ", summary.Set.Select(set => $"{set.Key}={set.Value}"));
        if (summary.NotApplied > 0)
            yield return $"{Counted.Of(summary.NotApplied, "step is", "steps are")} left out: not applied, or not under {rule}.";
        if (summary.Real is not { } real || summary.Counterfactual is not { } other) yield break;

        yield return $"Under {rule}, over {Counted.Of(summary.Steps, "step")}: the mean score {Change(real, other, StepFigures.Score)}, "
            + $"the mean reward {Change(real, other, "objective/rlhf_reward")}, the value loss {Change(real, other, "loss/value_avg")}.";
        if (summary.RankCorrelation is { } scores)
            yield return $"Both rules' scores order the completions of a step {Alike(scores)} (rank correlation {Figures.Of(scores)})"
                + (summary.RewardRankCorrelation is { } rewards ? $", their whole rewards {Alike(rewards)} ({Figures.Of(rewards)})" : "")
                + ".";
        if (summary.AdvantageSignChanges is { } share)
            yield return share == 0
                ? $"None of {Counted.Of(summary.Completions, "completion")} would have had an advantage of the other sign."
                : $"{Readable.Percent(share)} of {Counted.Of(summary.Completions, "completion")} would have had an advantage of "
                    + "the other sign: made likelier instead of less likely, or the other way round.";
        if (summary.Steps > 1)
            yield return "After the first step the policy itself would have differed; "
                + "the later ones are still about what the real one sampled. 'fork' trains the other.";
    }

    static string Change(IReadOnlyDictionary<string, double> real, IReadOnlyDictionary<string, double> other, string figure) =>
        real[figure] == other[figure]
            ? $"would have stayed {Figures.Of(real[figure])}"
            : $"would have been {Figures.Of(other[figure])} instead of {Figures.Of(real[figure])}";

    // Where the lines are is a matter of taste; the number stands beside the word.
    static string Alike(double rho) => rho switch
    {
        >= 1 => "alike",
        >= 0.9 => "nearly alike",
        >= 0.5 => "similarly",
        _ => "differently",
    };
}
