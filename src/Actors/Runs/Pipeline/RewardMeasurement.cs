using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>An ensemble's scores of a rollout and what they come to.</summary>
/// <param name="Members">(K)(B).</param>
/// <param name="Result">(B) aggregated; NaN where a member failed.</param>
public sealed record RewardMeasurement(float[][] Members, double[] Result)
{
    /// <summary>Aggregates scores by a recipe's rule.</summary>
    public static RewardMeasurement Of(RewardRecipe recipe, float[][] members) => new(members,
        [.. Enumerable.Range(0, members[0].Length).Select(i =>
            // Whatever the rule makes of it (the worst case passes over +∞), a member that failed makes the sample worthless.
            members.All(scores => float.IsFinite(scores[i]))
                ? RewardEnsembleScore.Aggregate(
                    recipe.Aggregation, Array.ConvertAll(members, scores => (double)scores[i]), recipe.Lambda)
                : double.NaN)]);

    /// <summary>The members' scores in an event, (K)(B).</summary>
    public static float[][] MembersOf(RewardScored scored) =>
        [.. scored.Scores.Values.Chunk(scored.Scores.Values.Length / scored.Members)
            .Select(scores => Array.ConvertAll(scores, score => (float)score))];

    /// <summary>The event that says so.</summary>
    public RewardScored ToEvent(int step, string? set, RewardRecipe recipe, StreamHead? source) => new(
        step, set, Members.Length, new DoubleColumn([.. Members.SelectMany(scores => scores.Select(score => (double)score))]),
        RecipeNames.Of(recipe.Aggregation), recipe.Lambda, new DoubleColumn(Result), Failures(), source);

    NamedNumber[] Failures()
    {
        var failed = Members.Sum(scores => scores.Count(score => !float.IsFinite(score)));
        return failed == 0 ? [] : [new NamedNumber("not-finite", failed)];
    }
}
