using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reports;

/// <summary>What a reader of a comparison should know before trusting it.</summary>
static class ComparisonNotes
{
    // A fork may change these, and yet they act on what is scored, or how.
    static readonly string[] s_scoring = ["reward.aggregation", "reward.lambda", "sampling.temperature"];
    // Whatever comes before RL makes the reward models what they are.
    static readonly HashSet<string> s_proxy = [.. RecipeKeys.All.Where(key => key.ActsBeforeRl).Select(key => key.Name), .. s_scoring];

    /// <summary>One sentence a line; none if there is nothing to mind.</summary>
    public static IEnumerable<string> Of(Comparison comparison)
    {
        // A name does nothing, so it is no difference that could explain one.
        switch (comparison.Recipe.Select(difference => difference.Key).Where(key => key is not ("name" or "description")).ToArray())
        {
            case []:
                yield return "the recipes are the same: any difference below comes from the machine or the build";
                break;
            case ["seed"]:
                yield return "the recipes differ in nothing but the seed: the differences below are chance, and show how large chance is";
                break;
        }
        if (comparison.Recipe.Any(difference => s_proxy.Contains(difference.Key)))
            yield return "the proxies (heldout/scores) are those of different reward models or rules, "
                + "so their heights do not compare; gold's do";
        foreach (var run in comparison.Runs.Where(run => run.Step < run.Steps))
            yield return $"run {run.Run} is {run.State} at step {Figures.Of(run.Step)} of {Figures.Of(run.Steps)}: "
                + "later steps are not compared with it";
        if (comparison.Runs.Select(run => run.Steps).Distinct().Count() > 1)
            yield return "the recipes have different numbers of steps: at one step, their learning rates differ too";
        if (comparison.ByStep.Count == 0) yield return "no two of the runs have a step in common yet";
        if (comparison.ByDistance.Count == 0)
        {
            yield return "there is no distance √KL that all of the runs were evaluated at and beyond, "
                + "so nothing is compared at equal √KL";
            yield break;
        }
        foreach (var run in comparison.Runs.Select(run => run.Run))
            if (comparison.ByDistance.All(point => point.Metrics["objective/gold"][run] is null))
                yield return $"run {run} has no gold: nobody knows its true utility";
    }
}
