namespace ActorRlhf.Host.Display;

/// <summary>One series of a plot.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Mark">Drawn at each point; null joins the points by a line of braille dots.</param>
/// <param name="Points">In the order in which the line goes through them; those that are not finite are left out.</param>
sealed record PlotSeries(string Name, char? Mark, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A small plot in a terminal, without colours: a braille character is two dots wide and four high.</summary>
static class Plot
{
    const int DotsAcross = 2, DotsDown = 4, LabelWidth = 8;
    const char Blank = '\u2800';
    static readonly int[,] s_bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };  // Unicode's order of the dots

    /// <summary>The lines of the plot, with axes and legend; none if there is no point.</summary>
    /// <param name="xName">What the x axis is.</param>
    /// <param name="series">Later ones are drawn over earlier ones.</param>
    /// <param name="width">Characters between the axes.</param>
    /// <param name="height">Lines between the axes.</param>
    public static IReadOnlyList<string> Render(string xName, IReadOnlyList<PlotSeries> series, int width, int height)
    {
        series = [.. series
            .Select(one => one with { Points = [.. one.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))] })
            .Where(one => one.Points.Count > 0)];
        if (series.Count == 0) return [];
        var all = series.SelectMany(one => one.Points).ToArray();
        var (left, right) = Range(all.Select(point => point.X));
        var (bottom, top) = Range(all.Select(point => point.Y));

        var cells = new char[height, width];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++) cells[row, column] = Blank;
        foreach (var one in series)
        {
            var dots = one.Points.Select(point => (
                X: Place(point.X, left, right, width * DotsAcross),
                Y: height * DotsDown - 1 - Place(point.Y, bottom, top, height * DotsDown))).ToArray();
            if (one.Mark is { } mark) foreach (var (x, y) in dots) cells[y / DotsDown, x / DotsAcross] = mark;
            else for (var i = 0; i < dots.Length; i++) Join(cells, dots[Math.Max(0, i - 1)], dots[i]);
        }

        var lines = new List<string>();
        for (var row = 0; row < height; row++)
        {
            double? label = row == 0 ? top : row == height - 1 ? bottom : null;
            var text = string.Concat(Enumerable.Range(0, width).Select(column => cells[row, column])).TrimEnd(Blank).Replace(Blank, ' ');
            lines.Add($"{(label is { } value ? Label(value) : ""),LabelWidth} {(label is null ? '│' : '┤')}{text}");
        }
        var (from, to) = (Label(left), Label(right));
        var middle = Math.Max(0, width - from.Length - to.Length);
        var padding = new string(' ', LabelWidth + 1);
        lines.Add($"{padding}└{new string('─', width)}");
        lines.Add($"{padding} {from}{xName.PadLeft((middle + xName.Length) / 2).PadRight(middle)}{to}");
        lines.Add($"{padding} {string.Join("   ", series.Select(one => $"{one.Mark ?? '⠒'} {one.Name}"))}");
        return lines;
    }

    /// <summary>Smallest and largest; something around them if they are the same.</summary>
    static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        return low < high ? (low, high) : (low - 0.5, high + 0.5);
    }

    static int Place(double value, double low, double high, int dots) => (int)Math.Round((value - low) / (high - low) * (dots - 1));

    static void Join(char[,] cells, (int X, int Y) from, (int X, int Y) to)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var step = 0; step <= steps; step++)
        {
            double Along(int start, int end) => (double)(end - start) * step / steps;
            var (x, y) = (from.X + (int)Math.Round(Along(from.X, to.X)), from.Y + (int)Math.Round(Along(from.Y, to.Y)));
            ref var cell = ref cells[y / DotsDown, x / DotsAcross];
            if (cell >= Blank) cell = (char)(cell | s_bits[y % DotsDown, x % DotsAcross]);
        }
    }

    static string Label(double value) => Readable.Of(value);
}
