using System.Text.Json;

namespace ActorRlhf.Host.Api;

/// <summary>The body of <c>POST /v1/recipes/validate</c>.</summary>
/// <param name="Recipe">Name of a built-in recipe, or a recipe's text, YAML.</param>
/// <param name="Set">Overrides of the recipe's keys.</param>
sealed record ValidateRequest(string Recipe, IReadOnlyDictionary<string, JsonElement>? Set = null);
