using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class KlEvaluatorTests
{
    static readonly IEvaluator Kl = BuiltInEvaluators.ById["kl"];

    [Theory]
    [InlineData("kl", -.4)]
    [InlineData("k3", .2)]
    [InlineData("kl-per-token", -.1)]
    public void Score_Sums_AreTheMetrics(string metric, double expected)
    {
        var item = Some.Item("?", "a b c") with { Kl = new(-.4, .2), TokenCount = 4 };
        Assert.Equal(expected, Judged.By(Kl, metric, item).Value!.Value, 1e-15);
    }

    [Fact]
    public void Score_NoTokens_HasNoMeanOverThem() =>
        Assert.Null(Judged.By(Kl, "kl-per-token", Some.Item("?", "") with { Kl = new(0, 0), TokenCount = 0 }).Value);

    [Fact]
    public void Score_NothingMeasured_Fails() => Assert.IsType<FailedItem>(Kl.Score([Some.Item("?", "a")])[0]);

    [Fact]
    public void Score_SumThatIsNotFinite_Fails() => Assert.Contains("k3 ∞",
        Assert.IsType<FailedItem>(Kl.Score([Some.Item("?", "a") with { Kl = new(1, double.PositiveInfinity) }])[0])
            .Error.Replace("Infinity", "∞", StringComparison.Ordinal), StringComparison.Ordinal);
}
