using System.Globalization;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>The recipe of a fork: its parent's with other values of keys that act after the point where it leaves.</summary>
public static class ForkRecipe
{
    /// <summary>Applies overrides to a run's recipe.</summary>
    /// <param name="step">The last step that both share.</param>
    /// <param name="overrides"><c>key=value</c>.</param>
    /// <exception cref="StepNotLoggedException">The parent has not come so far.</exception>
    /// <exception cref="RecipeException">An override is wrong, or its key acts before RL, which both runs share.</exception>
    public static Recipe Of(RunRecord parent, int step, IReadOnlyList<string> overrides)
    {
        if (step > parent.State.Step) throw new StepNotLoggedException(parent.Id, step, parent.State);
        var recipe = RecipeReader.Parse(parent.Recipe.ToYaml(), parent.Id.Value, overrides, checkPaths: false);
        ThrowUnlessOf(parent, recipe);
        if (recipe.Rl.Steps < step)
            throw RecipeException.Of(
                recipe, "rl.steps", recipe.Rl.Steps.ToString(CultureInfo.InvariantCulture),
                $"at least {step}, the step where the fork begins");
        return recipe;
    }

    /// <exception cref="RecipeException">The recipe has another value of a key that acts before RL, which a fork shares.</exception>
    internal static void ThrowUnlessOf(RunRecord parent, Recipe recipe)
    {
        foreach (var key in RecipeKeys.All)
            if (key.Value(recipe) != key.Value(parent.Recipe) && key.ActsBeforeRl)
                throw RecipeException.Of(
                    recipe, key.Name, key.Value(recipe) ?? "",
                    $"{key.Value(parent.Recipe) ?? "nothing"}: it acts before RL, which a fork shares with its parent; "
                    + "start a new run to change it");
    }
}
