using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;

namespace ActorRlhf.Host.Tests.Api;

public sealed class MetricColumnsTests
{
    [Fact]
    public void Of_FewerPointsThanSteps_KeepsEveryPeakTheFirstAndTheLast()
    {
        StepMetrics[] steps = [.. Enumerable.Range(0, 1000).Select(i => new StepMetrics(i, new Dictionary<string, double>
        {
            ["flat"] = i == 517 ? 99 : 1, ["dip"] = i == 3 ? -50 : 0,
        }))];

        var thin = MetricColumns.Of(steps, ["flat", "dip"], points: 10);

        Assert.InRange(thin.Step.Count, 10, 51);
        Assert.Equal((0, 999), (thin.Step[0], thin.Step[^1]));
        Assert.Equal(99, thin.Metrics["flat"].Max());
        Assert.Equal(-50, thin.Metrics["dip"].Min());
        Assert.Equal(thin.Step.Order().Distinct(), thin.Step);
    }

    [Fact]
    public void Of_StepsWithoutAMetricOrWithInfinity_HaveNull()
    {
        StepMetrics[] steps = [new(0, new Dictionary<string, double> { ["a"] = 1 }), new(1, new Dictionary<string, double>
        {
            ["b"] = double.PositiveInfinity,
        })];

        var all = MetricColumns.Of(steps, names: null, points: null);

        Assert.Equal([1.0, null], all.Metrics["a"]);
        Assert.Equal([(double?)null, null], all.Metrics["b"]);
    }
}
