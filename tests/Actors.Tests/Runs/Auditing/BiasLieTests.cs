using System.Globalization;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>An annotator with another bias is found at the first comparison that he would have labelled the other way round.</summary>
public sealed class BiasLieTests(CourteousRun courteous) : IClassFixture<CourteousRun>
{
    const int Instances = 10;

    [Theory]
    [InlineData("length")]
    [InlineData("courtesy")]
    [InlineData("caution")]
    public void Audit_OtherBias_IsFoundAtTheFirstComparisonThatItTurnsRound(string bias)
    {
        var (seed, wrong) = (TamperTests.NewSeed(), new List<string>());
        for (var i = 0; i < Instances; i++)
        {
            var draws = Purpose.RolloutPrompts.Draws(seed, (uint)i);
            var value = ((draws.Chance(.5) ? 1 : -1) * (1 + 9 * draws.Uniform())).ToString(CultureInfo.InvariantCulture);
            using var copy = courteous.Copy();
            copy.LieInRecipe($"annotator.bias.{bias}={value}");
            var (labelled, comparison) = FirstTurnedRound(copy);
            var found = copy.Audit().FirstBad;
            if ((found?.Stream, found?.Sequence, found?.Kind) != (labelled.Stream, labelled.Sequence, AuditFindingKind.Arithmetic)
                || !found!.Detail.StartsWith($"comparison {comparison}: '", StringComparison.Ordinal))
                wrong.Add($"seed {seed}, {i}: {value} turns comparison {comparison} of event {labelled.Sequence} round, found {found}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>The first comparison of which the recipe's annotator feels otherwise than the log says.</summary>
    static (ReadEvent Labelled, int Comparison) FirstTurnedRound(Forgery copy)
    {
        var recipe = RecipeReader.Parse(((RunStarted)copy.Training()[0].Event).Recipe, "told", checkPaths: false).Annotator;
        var annotator = new PocketAnnotator(recipe.Noise, recipe.Bias.Length, recipe.Bias.Courtesy, recipe.Bias.Caution);
        foreach (var read in copy.Training())
            if (read.Event is PreferenceLabelled labelled)
                foreach (var (i, row) in JsonLines.Read<ComparisonRow>(copy.Data.Artefacts.Read(labelled.Artefact)).Index())
                {
                    var felt = annotator.Compare(PocketWorld.Find(row.Prompt)!, row.Chosen, row.ChosenIds[^1] == 3,
                        row.Rejected, row.RejectedIds[^1] == 3, Purpose.Annotator.Draws(1));
                    if (felt.UtilityA != felt.UtilityB && felt.UtilityA > felt.UtilityB == row.Flipped) return (read, i);
                }
        throw new InvalidOperationException("the annotator feels of every comparison what the log says");
    }
}
