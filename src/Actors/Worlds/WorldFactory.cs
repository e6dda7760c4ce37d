using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Makes the world that a recipe names.</summary>
public static class WorldFactory
{
    /// <summary>Reads whatever the world needs.</summary>
    /// <exception cref="ActorRlhf.Models.Llama.ModelFolderException">The model folder is damaged.</exception>
    /// <exception cref="ActorRlhf.Models.Data.DatasetException">The data cannot be used at all.</exception>
    public static IWorld Create(Recipe recipe) => recipe.World.Kind switch
    {
        WorldKind.Pocket => new PocketRunWorld(recipe),
        WorldKind.HhRlhf => new DialogueWorld(recipe),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe.World.Kind, "a world"),
    };
}
