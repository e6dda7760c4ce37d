using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Tests.Llama;

public sealed class WeightInitialisationTests
{
    [Fact]
    public void LanguageModel_EveryTensor_HasItsMeanAndDeviation()
    {
        var weights = WeightInitialisation.LanguageModel(Some.PocketShape, seed: 3);
        foreach (var parameter in weights.Layout)
        {
            var values = weights[parameter.Name].ToArray();
            if (parameter.Name.Contains("norm")) Assert.All(values, value => Assert.Equal(1, value));
            else
            {
                // Standard errors: of the mean .02/√n, of the deviation .02/√(2n), of the fourth power √96 · .02⁴/√n; n is 4096 or more.
                var n = values.Length;
                Assert.Equal(0, values.Average(value => (double)value), 4 * 0.02 / Math.Sqrt(n));
                Assert.Equal(0.02, Math.Sqrt(values.Average(value => (double)value * value)), 4 * 0.02 / Math.Sqrt(2 * n));
                Assert.Equal(3, values.Average(value => Math.Pow(value / 0.02, 4)), 4 * Math.Sqrt(96.0 / n)); // normal, not uniform (1.8)
            }
        }
    }

    [Fact]
    public void LanguageModel_SeedAndTensor_EachGiveOtherNumbers()
    {
        var one = WeightInitialisation.LanguageModel(Some.PocketShape, 3);
        var again = WeightInitialisation.LanguageModel(Some.PocketShape, 3);
        var other = WeightInitialisation.LanguageModel(Some.PocketShape, 4);
        Assert.Equal(one.Data, again.Data);
        foreach (var parameter in one.Layout.Where(parameter => parameter.Shape.Length > 1))
            Assert.NotEqual(one[parameter.Name].ToArray(), other[parameter.Name].ToArray());
        Assert.NotEqual(one["model.layers.0.self_attn.q_proj.weight"].ToArray(), one["model.layers.0.self_attn.k_proj.weight"].ToArray());
        Assert.NotEqual(one["model.layers.0.self_attn.q_proj.weight"].ToArray(), one["model.layers.1.self_attn.q_proj.weight"].ToArray());
        // The high word of the seed counts too.
        Assert.NotEqual(one.Data, WeightInitialisation.LanguageModel(Some.PocketShape, 3 + (1UL << 32)).Data);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void RewardModel_Trunk_IsTheLanguageModelsAndTheHeadIsDrawn(bool tied)
    {
        var config = Some.Shape(hidden: 1024, intermediate: 8, heads: 4, keyValueHeads: 4, vocabulary: 10, tied, layers: 1);
        var trunk = WeightInitialisation.LanguageModel(config, seed: 3);
        var model = WeightInitialisation.RewardModel(trunk, member: 1, seed: 3);
        Assert.Equal((config, HeadKind.Scalar), (model.Config, model.Head));
        foreach (var parameter in trunk.Layout.Where(parameter => parameter.Name != ModelLayout.LanguageModelHead))
            Assert.Equal(trunk[parameter.Name].ToArray(), model[parameter.Name].ToArray());
        Assert.Equal(0, model[ModelLayout.ScoreBias][0]);
        var head = model[ModelLayout.ScoreWeight].ToArray();
        var expected = 1 / Math.Sqrt(1025);
        Assert.Equal(0, head.Average(value => (double)value), 4 * expected / Math.Sqrt(1024));
        Assert.Equal(expected, Math.Sqrt(head.Average(value => (double)value * value)), 4 * expected / Math.Sqrt(2048));
    }

    [Fact]
    public void RewardModel_MemberAndSeed_EachGiveAnotherHead()
    {
        var trunk = WeightInitialisation.LanguageModel(Some.OddShape, seed: 3);
        float[] Head(int member, ulong seed) => WeightInitialisation.RewardModel(trunk, member, seed)[ModelLayout.ScoreWeight].ToArray();
        Assert.Equal(Head(0, 3), Head(0, 3));
        Assert.NotEqual(Head(0, 3), Head(1, 3));
        Assert.NotEqual(Head(0, 3), Head(0, 4));
    }

    [Fact]
    public void RewardModel_ChangedAfterwards_LeavesTheTrunkAlone()
    {
        var trunk = WeightInitialisation.LanguageModel(Some.OddShape, seed: 3);
        WeightInitialisation.RewardModel(trunk, 0, 3).Data.AsSpan().Clear();
        Assert.Equal(WeightInitialisation.LanguageModel(Some.OddShape, seed: 3).Data, trunk.Data);
    }
}
