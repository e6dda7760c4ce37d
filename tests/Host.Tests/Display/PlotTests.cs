using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Tests.Display;

public sealed class PlotTests
{
    [Fact]
    public void Render_Diagonal_SetsTheDotsOfUnicodesOrder()
    {
        // 2 × 1 characters are 4 × 4 dots; the diagonal from below goes through (0, 3), (1, 2), (2, 1), (3, 0), counted from above.
        // Left character: dot 7 (0x40) and dot 6 (0x20); right character: dot 2 (0x02) and dot 4 (0x08).
        var lines = Plot.Render("x", [new PlotSeries("line", null, [(0, 0), (3, 3)])], width: 2, height: 1);

        Assert.Equal("    3.00 ┤⡠⠊", lines[0]);
    }

    [Fact]
    public void Render_Marks_AreWhereTheValuesAre()
    {
        var lines = Plot.Render("x", [new PlotSeries("gold", '●', [(0, 1), (2, 0), (4, 2)])], width: 5, height: 3);

        Assert.Equal(
        [
            "    2.00 ┤    ●",
            "         │●",
            "    0.00 ┤  ●",
            "         └─────",
            "          0.00x4.00",
            "          ● gold",
        ], lines);
    }

    [Fact]
    public void Render_LaterSeries_IsDrawnOverEarlierOnes()
    {
        var line = new PlotSeries("proxy", null, [(0, 0), (9, 0), (9, 9)]);
        var mark = new PlotSeries("gold", '●', [(0, 0)]);

        Assert.Equal('●', Plot.Render("x", [line, mark], 4, 4)[3][10]);
        Assert.Equal('●', Plot.Render("x", [mark, line], 4, 4)[3][10]);  // a line does not erase a mark either
    }

    [Fact]
    public void Render_NothingFinite_GivesNoLines() =>
        Assert.Empty(Plot.Render("x", [new PlotSeries("gold", '●', [(0, double.NaN), (double.PositiveInfinity, 1)])], 10, 4));

    [Fact]
    public void Render_SeriesWithoutPoints_IsNotInTheLegend()
    {
        PlotSeries[] series = [new("proxy", null, [(0, 0), (1, 1)]), new("gold", '●', [(0, double.NaN)])];
        var lines = Plot.Render("x", series, 10, 4);

        Assert.Equal("          ⠒ proxy", lines[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Render_EqualValues_AreInTheMiddleOfSomeRange(int points)
    {
        var lines = Plot.Render("x", [new PlotSeries("gold", '●', [.. Enumerable.Repeat((2.0, 5.0), points)])], width: 3, height: 3);

        Assert.Equal(("    5.50 ┤", "         │ ●", "    4.50 ┤"), (lines[0], lines[1], lines[2]));
    }
}
