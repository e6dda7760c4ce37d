using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What a run's steps would have come to under another rule.</summary>
/// <param name="Run">Which run; its chain was verified.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Set">What it does otherwise: key and canonical value.</param>
sealed record CounterfactualQuestion(RunRecord Run, CounterfactualRule Rule, IReadOnlyDictionary<string, string> Set)
{
    /// <summary>Reads one.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="name">Its id, the beginning of it, or latest.</param>
    /// <param name="overrides"><c>key=value</c>; none is the run's own rule.</param>
    public static CounterfactualQuestion Of(Store store, string name, IReadOnlyList<string> overrides)
    {
        var rule = CounterfactualRule.Parse(overrides);
        var run = new RunReader(store).OpenVerified(name);
        return new CounterfactualQuestion(run, rule, rule.Describe(rule.In(run.Recipe.ToYaml(), run.Id.Value)));
    }

    /// <summary>The steps of a range, computed one after the other.</summary>
    public IEnumerable<CounterfactualStep> Steps(StepRange range) => CounterfactualStep.Of(Run, Rule, range.Contains);

    /// <summary>What they come to together.</summary>
    public CounterfactualSummary Summary(IReadOnlyList<CounterfactualStep> steps) => CounterfactualSummary.Of(Run.Id.Value, Set, steps);
}
