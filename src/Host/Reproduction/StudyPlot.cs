using System.Globalization;
using System.Security;
using System.Text;

namespace ActorRlhf.Host.Reproduction;

/// <summary>Gold over √KL, a line for each condition, means over its seeds by evaluation; an SVG that needs nothing else.</summary>
static class StudyPlot
{
    const int Width = 860, Height = 420, Left = 60, Right = 250, Top = 20, Bottom = 50, Ticks = 5, LegendLine = 18;

    static readonly string[] s_colours =
    [
        "#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd", "#8c564b", "#e377c2", "#17becf",
    ];

    /// <summary>Draws a study.</summary>
    /// <param name="report">With at least one run.</param>
    public static string Svg(StudyReport report)
    {
        var lines = report.Runs.Conditions.Select(name => (Name: name, Points: Points(report.Runs, name))).ToArray();
        var points = lines.SelectMany(line => line.Points).ToArray();
        var (right, low, high) = (Math.Max(points.Max(one => one.X), 1e-9), points.Min(one => one.Y), points.Max(one => one.Y));
        if (high - low < 1e-9) high = low + 1;
        double X(double x) => Left + x / right * (Width - Left - Right);
        double Y(double y) => Height - Bottom - (y - low) / (high - low) * (Height - Top - Bottom);
        var svg = new StringBuilder();
        void Add(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        for (var i = 0; i <= Ticks; i++)
        {
            var (x, y) = (right * i / Ticks, low + (high - low) * i / Ticks);
            Add($"<text x=\"{X(x):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{x:0.0}</text>");
            Add($"<text x=\"{Left - 8}\" y=\"{Y(y) + 4:0.#}\" text-anchor=\"end\">{y:0.00}</text>");
            Add($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):0.#}\" y2=\"{Y(y):0.#}\" stroke=\"#dddddd\"/>");
        }
        var middle = (Left + Width - Right) / 2;
        Add($"<text x=\"{middle}\" y=\"{Height - 12}\" text-anchor=\"middle\">√KL from the policy before RL, √nats</text>");
        Add($"<text x=\"16\" y=\"{Top + 2}\">gold</text>");
        foreach (var (i, (name, path)) in lines.Index())
        {
            // With more lines than colours the same colour comes back dashed.
            var stroke = $"stroke=\"{s_colours[i % s_colours.Length]}\"{(i < s_colours.Length ? "" : " stroke-dasharray=\"5 3\"")}";
            var places = string.Join(' ', path.Select(one => FormattableString.Invariant($"{X(one.X):0.#},{Y(one.Y):0.#}")));
            Add($"<polyline points=\"{places}\" fill=\"none\" {stroke} stroke-width=\"2\"/>");
            var (x, y) = (Width - Right + 15, Top + 10 + i * LegendLine);
            Add($"<line x1=\"{x}\" x2=\"{x + 24}\" y1=\"{y}\" y2=\"{y}\" {stroke} stroke-width=\"2\"/>");
            Add($"<text x=\"{x + 30}\" y=\"{y + 4}\">{SecurityElement.Escape(name)}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }

    static (double X, double Y)[] Points(StudyRuns runs, string condition)
    {
        FinishedRun[] seeds = [.. runs.Of(condition)];
        var evaluations = seeds.Min(run => run.Distances.Length);
        return
        [
            .. Enumerable.Range(0, evaluations).Select(
                k => (seeds.Average(run => run.Distances[k]), seeds.Average(run => run.GoldCurve[k]))),
        ];
    }
}
