using System.Globalization;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Charts;

/// <summary>A chart as an <c>svg</c> element.</summary>
static class SvgFigure
{
    /// <summary>Writes it as a part of a page, which has the style.</summary>
    /// <param name="markup">Where.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="id">Unique in the page.</param>
    public static void Write(Markup markup, Chart chart, string id) => Write(markup, chart, id, isAlone: false, style: null);

    /// <summary>Writes it with its title and its own style, for a file of its own.</summary>
    public static void WriteAlone(Markup markup, Chart chart, string style) => Write(markup, chart, "figure", isAlone: true, style);

    static void Write(Markup markup, Chart chart, string id, bool isAlone, string? style)
    {
        var painter = new ChartPainter(chart, isAlone);
        string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
        var (width, height) = (Number(ChartPainter.Width), Number(painter.Height));
        markup.Open("svg",
            ("xmlns", isAlone ? "http://www.w3.org/2000/svg" : null), ("class", "chart"), ("viewBox", $"0 0 {width} {height}"),
            ("width", isAlone ? width : null), ("height", isAlone ? height : null), ("role", "img"),
            ("aria-labelledby", $"{id}-title {id}-about"), ("data-key", $"figure {chart.Name}")).Line();
        markup.Element("title", chart.Title, ("id", $"{id}-title")).Line();
        markup.Element("desc", chart.About, ("id", $"{id}-about")).Line();
        if (style is not null)
        {
            markup.Element("style", style).Line();
            markup.Empty("path", ("class", "paper"), ("d", $"M0 0H{width}V{height}H0Z")).Line();
        }
        painter.Paint(new SvgCanvas(markup));
        markup.Close("svg").Line();
    }
}
