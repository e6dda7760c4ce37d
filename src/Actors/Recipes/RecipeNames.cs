using System.Text.Json;

namespace ActorRlhf.Actors.Recipes;

/// <summary>
/// Names of choices, as recipes, events and artefacts spell them: kebab-case. They are part of the format: renaming a member changes it.
/// </summary>
public static class RecipeNames
{
    /// <summary>One member's name, such as <c>worst-case</c>.</summary>
    public static string Of<T>(T choice) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString());
}
