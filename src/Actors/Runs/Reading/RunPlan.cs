using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What whoever reads a run must know of what it was told: few facts, that any trainer's run has.</summary>
/// <param name="Name">What its recipe, or its configuration, is called.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">RL steps to take.</param>
/// <param name="Episodes">Completions of a step.</param>
/// <param name="LongestPrompt">Tokens to which longer prompts were cut; null where none is cut.</param>
public sealed record RunPlan(string Name, ulong Seed, int Steps, int Episodes, int? LongestPrompt)
{
    /// <summary>What a recipe says.</summary>
    internal static RunPlan Of(Recipe recipe) => new(
        recipe.Name, recipe.Seed, recipe.Rl.Steps, recipe.Rl.Episodes,
        recipe.World.Kind is WorldKind.HhRlhf ? recipe.Data.MaxPromptTokens : null);
}
