using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Actors.Worlds;

/// <summary>
/// What a world is made of besides its recipe: for a run that begins, what the recipe's paths lead to; later, what it stored then.
/// </summary>
/// <param name="Policy">The policy; null where the world draws it from the seed.</param>
/// <param name="Data">The data; null where the world is procedural.</param>
public sealed record WorldMaterial(PolicyMaterial? Policy, WorldSource? Data)
{
    /// <summary>What the recipe's paths lead to.</summary>
    /// <exception cref="ModelFolderException">The model folder is damaged.</exception>
    /// <exception cref="DatasetException">The data is no regular file.</exception>
    public static WorldMaterial Of(Recipe recipe) =>
        Of(recipe, recipe.Policy.Path is { } folder ? PolicyMaterial.Of(ModelFolder.Load(folder)) : null);

    /// <summary>The recipe's data, and a policy from elsewhere.</summary>
    /// <exception cref="DatasetException">The data is no regular file.</exception>
    public static WorldMaterial Of(Recipe recipe, PolicyMaterial? policy) =>
        new(policy, recipe.Data.Path is { } file ? WorldSource.OfFile(file) : null);
}
