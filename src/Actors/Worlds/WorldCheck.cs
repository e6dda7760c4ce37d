using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Whether a run can begin with what a recipe's paths lead to.</summary>
public static class WorldCheck
{
    /// <summary>Makes the world, as a run would, and says by its key why there is none.</summary>
    /// <remarks>A policy that is another run's is in a data directory, which is not looked at; the data are all the same.</remarks>
    /// <returns>None if there is nothing in the way.</returns>
    public static IReadOnlyList<RecipeProblem> Problems(Recipe recipe)
    {
        try
        {
            ThrowUnlessUsable(recipe);
            return [];
        }
        catch (RecipeException unfit) { return unfit.Problems; }
        catch (Exception unusable) when (unusable is DatasetException or UntokenizableTextException)
        {
            return [Problem("data.path", unusable)];
        }
        catch (Exception unusable) when (unusable is ModelFolderException or SafetensorsException or TokenizerFileException)
        {
            return [Problem("policy.path", unusable)];
        }

        RecipeProblem Problem(string key, Exception why) => new(recipe.Name, 0, key, null, why.Message);
    }

    /// <summary>The same, and throws what making a world throws.</summary>
    internal static void ThrowUnlessUsable(Recipe recipe)
    {
        if (recipe.Policy.OfRun is null) WorldFactory.Create(recipe);
        else if (recipe.Data.Path is { } file) DialogueWorld.CheckData(recipe, WorldSource.OfFile(file));
    }
}
