using ActorRlhf.Host.Api;

namespace ActorRlhf.Host.Tests.Api;

public sealed class MetricColumnsTests
{
    [Fact]
    public void Of_FewerPointsThanSteps_KeepsEveryPeakTheFirstAndTheLast()
    {
        int[] steps = [.. Enumerable.Range(0, 1000)];
        var columns = new Dictionary<string, List<double>>
        {
            ["flat"] = [.. steps.Select(i => i == 517 ? 99.0 : 1)],
            ["dip"] = [.. steps.Select(i => i == 3 ? -50.0 : i % 2 == 0 ? 0 : double.NaN)],
        };

        var thin = MetricColumns.Of(steps, columns, 0, int.MaxValue, ["flat", "dip"], points: 10);

        Assert.InRange(thin.Step.Count, 10, 51);
        Assert.Equal((0, 999), (thin.Step[0], thin.Step[^1]));
        Assert.Equal(99, thin.Metrics["flat"].Max());
        Assert.Equal(-50, thin.Metrics["dip"].Min());
        Assert.Equal(thin.Step.Order().Distinct(), thin.Step);
    }

    [Fact]
    public void Of_StepsWithoutAMetricOrWithInfinity_HaveNull()
    {
        var columns = new Dictionary<string, List<double>> { ["a"] = [1, double.NaN], ["b"] = [double.NaN, double.PositiveInfinity] };

        var all = MetricColumns.Of([0, 1], columns, 0, int.MaxValue, names: null, points: null);

        Assert.Equal([1.0, null], all.Metrics["a"]);
        Assert.Equal([(double?)null, null], all.Metrics["b"]);
    }

    [Theory]
    [InlineData(3, 5, new[] { 4 }, new[] { "a" })]
    [InlineData(0, int.MaxValue, new[] { 0, 4, 9 }, new[] { "a", "b" })]
    [InlineData(5, 8, new int[0], new string[0])]
    [InlineData(9, 9, new[] { 9 }, new[] { "b" })]
    public void Of_SomeSteps_HasTheseAndTheMetricsThatTheyHave(int from, int to, int[] steps, string[] names)
    {
        var columns = new Dictionary<string, List<double>> { ["a"] = [1, 2, double.NaN], ["b"] = [1, double.NaN, 3] };
        var found = MetricColumns.Of([0, 4, 9], columns, from, to, names: null, points: null);
        Assert.Equal(steps, found.Step);
        Assert.Equal(names, found.Metrics.Keys);
    }
}
