using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Host.Reproduction;

/// <summary>A run of a study.</summary>
/// <param name="Study">The study.</param>
/// <param name="Condition">The way in which it trains.</param>
/// <param name="Seed">Of every random draw.</param>
sealed record StudyRun(Study Study, StudyCondition Condition, int Seed)
{
    const int Digits = 8;
    const string ReuseStages = "compute.reuseStages=true"; // conditions often differ only from preferences on, or from RL on

    /// <summary>What it is told.</summary>
    /// <exception cref="RecipeException">An override is wrong.</exception>
    public Recipe Recipe => RecipeReader.ReadEmbedded(
        Study.Recipe, [.. Study.Overrides, .. Condition.Overrides, FormattableString.Invariant($"seed={Seed}"), ReuseStages]);

    /// <summary>
    /// Its id, the same whenever the study is made again. It ends in what the recipe's identity begins with: whoever changes the recipe
    /// does not get the figures of the old one.
    /// </summary>
    public RunId Id => RunId.Keyed(
        FormattableString.Invariant($"{Study.Name}-{Condition.Name}-s{Seed}"), RecipeIdentity.Hash(Recipe)[..Digits]);
}
