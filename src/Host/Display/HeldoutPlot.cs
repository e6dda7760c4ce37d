using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Host.Display;

/// <summary>Proxy and gold over √KL: the picture in which over-optimisation is seen.</summary>
static class HeldoutPlot
{
    const int Width = 60, Height = 12;

    /// <summary>Its lines; none if there is no evaluation.</summary>
    /// <param name="points">In order of the steps.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<HeldoutPoint> points)
    {
        PlotSeries Of(string name, char? mark, Func<HeldoutPoint, double?> value) =>
            new(name, mark, [.. points.Select(point => (point.Distance ?? double.NaN, value(point) ?? double.NaN))]);
        return Plot.Render("√KL", [Of("proxy", null, point => point.Proxy), Of("gold", '●', point => point.Gold)], Width, Height);
    }
}
