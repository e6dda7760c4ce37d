using ActorRlhf.Actors.Runs.Comparing;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs.Comparing;

/// <summary>KLs are squares, so that distances are whole: 0, 2, 1, 4 √nats.</summary>
public sealed class HeldoutCurveTests
{
    const double Exact = 1e-12;

    static readonly HeldoutCurve s_turning = new([Point(0, 0, 1), Point(10, 4, 3), Point(20, 1, 9), Point(30, 16, 7)]);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 1.5)]                            // a quarter of the way from 1 to 3
    [InlineData(2, 3)]
    [InlineData(1, 2)]                                // passed three times: on the way out first, half-way from 1 to 3, not 9
    [InlineData(2.5, 8)]                              // half-way from distance 1 to 4, from 9 to 7: the first stretch that reaches it
    [InlineData(4, 7)]
    public void At_Distance_IsWhereTheRunFirstReachedIt(double distance, double expected) =>
        Assert.Equal(expected, s_turning.At(distance, point => point.Proxy)!.Value, Exact);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(4.1)]
    public void At_DistanceThatWasNeverReached_IsUnknown(double distance) => Assert.Null(s_turning.At(distance, point => point.Proxy));

    [Fact]
    public void At_EvaluationWithoutTheFigure_IsUnknownOnBothSidesOfIt()
    {
        var curve = new HeldoutCurve([Point(0, 0, 1), Point(1, 1, null), Point(2, 4, 3), Point(3, 9, 5)]);

        Assert.Equal(
            [1, null, null, null, 3, 4],
            new[] { 0, 0.5, 1, 1.5, 2, 2.5 }.Select(distance => curve.At(distance, point => point.Proxy)));
    }

    [Fact]
    public void Range_Curve_GoesFromItsFirstToItsFarthestEvaluation()
    {
        Assert.Equal((0, 4), s_turning.Range);
        // A KL below 0 is noise around 0; an evaluation without one has no place.
        Assert.Equal((0, 2), new HeldoutCurve([Point(0, -0.25, 1), Point(1, null, 2), Point(2, 4, 3), Point(3, 1, 3)]).Range);
        Assert.Null(new HeldoutCurve([Point(0, null, 1)]).Range);
        Assert.Null(new HeldoutCurve([]).Range);
    }

    static HeldoutPoint Point(int step, double? kl, double? proxy) => new(step, proxy, null, kl, null);
}
