using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Makes the world that a recipe names.</summary>
public static class WorldFactory
{
    /// <summary>For a run that begins: reads what the recipe's paths lead to.</summary>
    /// <exception cref="ActorRlhf.Models.Llama.ModelFolderException">The model folder is damaged.</exception>
    /// <exception cref="ActorRlhf.Models.Data.DatasetException">The data cannot be used at all.</exception>
    public static IWorld Create(Recipe recipe) => Create(recipe, WorldMaterial.Of(recipe));

    /// <summary>From given material.</summary>
    /// <exception cref="ActorRlhf.Models.Data.DatasetException">The data cannot be used at all.</exception>
    public static IWorld Create(Recipe recipe, WorldMaterial material) => recipe.World.Kind switch
    {
        WorldKind.Pocket => new PocketRunWorld(recipe, material.Policy),
        WorldKind.HhRlhf => new DialogueWorld(recipe, material.Policy!, material.Data!),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.World.Kind, "a world"),
    };
}
