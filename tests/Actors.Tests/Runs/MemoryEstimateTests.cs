using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Tests.Runs;

public sealed class MemoryEstimateTests
{
    /// <summary>The table of docs/benchmarks.md: quickstart with three reward models, peak of the whole process.</summary>
    [Theory]
    [InlineData(64, 2, 4, 192, 200)]
    [InlineData(128, 4, 4, 384, 349)]
    [InlineData(256, 6, 8, 768, 937)]
    [InlineData(512, 8, 8, 1536, 3448)]
    public void Of_WholeRunsThatWereMeasured_IsWithinSixPercent(int hidden, int layers, int heads, int intermediate, double peak)
    {
        const double program = 150;
        var recipe = RecipeReader.Parse(RecipeLibrary.Text("quickstart"), "quickstart",
        [
            $"policy.hiddenSize={hidden}", $"policy.layers={layers}", $"policy.heads={heads}", $"policy.keyValueHeads={heads}",
            $"policy.intermediateSize={intermediate}", "reward.members=3",
        ]);

        var estimate = program + MemoryEstimate.Of(recipe, WorldFactory.Create(recipe).Shape) / 1e6;

        Assert.InRange(estimate / peak, 0.94, 1.06);
    }
}
