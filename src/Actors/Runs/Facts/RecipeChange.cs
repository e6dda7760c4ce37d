using ActorRlhf.Actors.Recipes;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>A key of a run's recipe that got another value while the run was under way.</summary>
/// <param name="Name">The key.</param>
/// <param name="Before">Canonical text of the value until then; null for none.</param>
/// <param name="After">Canonical text of the value from then on; null for none.</param>
[MessagePackObject]
public sealed record RecipeChange([property: Key(0)] string Name, [property: Key(1)] string? Before, [property: Key(2)] string? After)
{
    /// <summary>What differs between two recipes, but for keys that determine the result, which a run never changes.</summary>
    internal static RecipeChange[] Between(Recipe before, Recipe after) =>
    [
        .. from key in RecipeKeys.All
           where !key.DeterminesResult && key.Value(before) != key.Value(after)
           select new RecipeChange(key.Name, key.Value(before), key.Value(after)),
    ];

    /// <summary>Why a recipe could not have been changed like this; null if it could.</summary>
    internal static string? WhyNot(IReadOnlyList<RecipeChange> changes, Recipe before)
    {
        if (changes.Count == 0) return "it changes nothing";
        foreach (var (name, from, to) in changes)
        {
            if (!RecipeKeys.ByName.TryGetValue(name, out var key)) return $"there is no key '{name}'";
            if (key.DeterminesResult) return $"{name} determines the result, so it cannot change in a run";
            if (key.Value(before) != from) return $"{name} was {key.Value(before) ?? "null"} and not {from ?? "null"}";
            if (from == to) return $"{name} is {to ?? "null"} before and after";
            if (!key.TrySet(ref before, to ?? "", forNewRun: false)) return $"{name} is {to ?? "null"}; expected {key.Allowed}";
        }
        return null;
    }

    /// <summary>A recipe after changes; one that this build does not understand is passed over.</summary>
    internal static Recipe Apply(Recipe recipe, IEnumerable<RecipeChange> changes)
    {
        foreach (var change in changes)
            if (RecipeKeys.ByName.TryGetValue(change.Name, out var key)) key.TrySet(ref recipe, change.After ?? "", forNewRun: false);
        return recipe;
    }
}
