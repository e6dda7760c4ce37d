using System.Globalization;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Charts;

/// <summary>Draws SVG. Colours are those of the page that it stands in: elements have classes only.</summary>
/// <param name="markup">Where it is written.</param>
sealed class SvgCanvas(Markup markup) : ICanvas
{
    public void Begin(string key, int? ink) =>
        markup.Open("g", ("class", ink is { } number ? $"i{Whole(number % Shapes.Count)}" : null), ("data-key", key)).Line();

    public void End() => markup.Close("g").Line();

    public void Line(IReadOnlyList<(double X, double Y)> points, Brush brush) => Path(points, brush, "");

    public void Area(IReadOnlyList<(double X, double Y)> points, Brush brush) => Path(points, brush, "Z");

    public void Text(double x, double y, string text, Anchor anchor, bool isHeading) => markup.Element("text", text,
        ("x", Place(x)), ("y", Place(y)), ("class", isHeading ? "heading" : null),
        ("text-anchor", anchor switch { Anchor.Middle => "middle", Anchor.End => "end", _ => null })).Line();

    void Path(IReadOnlyList<(double X, double Y)> points, Brush brush, string end)
    {
        if (points.Count == 0) return;
        markup.Empty("path", ("class", brush.ToString().ToLowerInvariant()),
            ("d", "M" + string.Join('L', points.Select(point => $"{Place(point.X)} {Place(point.Y)}")) + end)).Line();
    }

    static string Place(double pixels) => pixels.ToString("0.#", CultureInfo.InvariantCulture);

    static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
