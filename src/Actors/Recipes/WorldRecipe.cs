namespace ActorRlhf.Actors.Recipes;

/// <summary>The world the run lives in, section <c>world</c>.</summary>
public sealed record WorldRecipe
{
    /// <summary>Where prompts, demonstrations and preferences come from. Default <c>pocket</c>.</summary>
    public WorldKind Kind { get; init; } = WorldKind.Pocket;
}
