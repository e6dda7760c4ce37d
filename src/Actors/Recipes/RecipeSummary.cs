namespace ActorRlhf.Actors.Recipes;

/// <summary>A built-in recipe.</summary>
/// <param name="Name">Its name, as given to <c>train</c>.</param>
/// <param name="Description">Its key <c>description</c>.</param>
public sealed record RecipeSummary(string Name, string Description);
