using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class RunningSummaryTests
{
    [Fact]
    public void Result_HandWorkedValues_IsTheirs()
    {
        var running = new RunningSummary();
        foreach (var value in (double[])[1, 2, 4, 5]) running.Add(value);
        // Mean 12 / 4; squares 4 + 1 + 1 + 4 = 10; √(10 / 3 / 4).
        Assert.Equal((4, 3.0), (running.Result!.Value.Count, running.Result.Value.Mean));
        Assert.Equal(0.912870929175277, running.Result.Value.StandardError!.Value, 1e-14);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e9, 1)]                              // far from 0: a sum of squares would lose what is asked for
    [InlineData(-3, 1e-6)]
    public void Result_ManyValues_IsThatOfSummary(double middle, double width)
    {
        double[] values = [.. Enumerable.Range(0, 10_000).Select(i => middle + width * Math.Sin(i * 0.7))];
        var running = new RunningSummary();
        foreach (var value in values) running.Add(value);
        var (expected, found) = (Summary.Of(values), running.Result!.Value);
        Assert.Equal(expected.Mean, found.Mean);      // the same bits
        // The two-pass sum and Welford's round differently: 1e-12 of the value, and where values are large what their spacing allows.
        Assert.Equal(expected.StandardError!.Value, found.StandardError!.Value, 1e-12 * Math.Max(1, Math.Abs(middle) / 1e3));
    }

    [Fact]
    public void Result_NoneOrOneValue_HasNoSpread()
    {
        var running = new RunningSummary();
        Assert.Null(running.Result);
        running.Add(7);
        Assert.Equal(new Summary(1, 7, null), running.Result);
    }

    [Fact]
    public void Add_ValueThatIsNotFinite_Throws() =>
        Assert.Throws<ArgumentException>(() => new RunningSummary().Add(double.NaN));
}
