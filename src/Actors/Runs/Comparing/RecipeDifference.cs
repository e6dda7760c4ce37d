using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Comparing;

/// <summary>A key of the recipe in which runs differ.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Values">Canonical value by run; null for none.</param>
public sealed record RecipeDifference(string Key, IReadOnlyDictionary<string, string?> Values)
{
    /// <summary>All differences, in canonical order of the keys.</summary>
    public static IReadOnlyList<RecipeDifference> Of(IReadOnlyList<RunRecord> runs) =>
    [
        .. from key in RecipeKeys.All
           let values = runs.ToDictionary(run => run.Id.Value, run => key.Value(run.Recipe))
           where values.Values.Distinct().Count() > 1
           select new RecipeDifference(key.Name, values),
    ];
}
