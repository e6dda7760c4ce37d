using System.Security.Cryptography;
using System.Text;

namespace ActorRlhf.Actors.Recipes;

/// <summary>The part of a recipe that determines the weights: what a trajectory starts from.</summary>
/// <remarks>
/// Left out are the keys whose <see cref="RecipeKey.DeterminesResult"/> is false: names, what only observes (evaluation,
/// checkpoints), what only speeds up (threads) and paths, whose contents are hashed in events. A key without a value adds
/// no line, so that a key which a later version adds need not change the identity of a recipe that does not give it. One
/// with a default will: a run records the hash it starts with, and nobody computes it again from the recorded recipe.
/// </remarks>
public static class RecipeIdentity
{
    /// <summary>
    /// One line <c>key=value</c>, ended by <c>\n</c>, for each key that has
    /// a value and determines the result, in ordinal order of the keys.
    /// </summary>
    public static string Text(Recipe recipe) => string.Concat(RecipeKeys.All
        .Where(key => key.DeterminesResult && key.Value(recipe) is not null)
        .OrderBy(key => key.Name, StringComparer.Ordinal)
        .Select(key => $"{key.Name}={key.Value(recipe)}\n"));

    /// <summary>SHA-256 of <see cref="Text"/> as UTF-8, 64 lower-case hexadecimal digits.</summary>
    public static string Hash(Recipe recipe) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(recipe))));
}
