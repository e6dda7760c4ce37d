namespace ActorRlhf.Host.Report.Charts;

/// <summary>Draws a chart on any canvas: legend, notes, then the plot. Each line of text has its own row, so that none covers
/// another.</summary>
/// <param name="chart">What to draw.</param>
/// <param name="isAlone">Whether it stands in a file of its own, and so carries its title.</param>
sealed class ChartPainter(Chart chart, bool isAlone)
{
    const double Left = 50, Right = 14, Row = 17, Plot = 190, Bottom = 40, Letter = 7.3, Radius = 3.4;
    const int MostDots = 45, MostOnTop = 4;

    readonly Scale _x = Scale.Of([.. Points(chart).Select(point => point.X)], .02, 6);
    readonly Scale _y = Scale.Of(
        [.. Points(chart).SelectMany(point => (double?[])[point.Y, point.Low, point.High]).OfType<double>(),
            .. chart.Levels.Select(one => one.At)],
        .06, 5);
    readonly (string Label, double From, double To, bool IsSpan)[] _notes =
    [
        .. chart.Spans.Select(one => (one.Label, one.From, one.To, true)), .. chart.Rules.Select(one => (one.Label, one.At, one.At, false)),
    ];

    /// <summary>Width, pixels.</summary>
    public static double Width => 460;

    /// <summary>Height, pixels.</summary>
    public double Height => Top + Plot + Bottom;

    double LegendTop => isAlone ? 26 : 4;
    double NotesTop => LegendTop + Row * LegendRows().Count;
    double Top => NotesTop + Row * _notes.Length + 6;

    /// <summary>Draws it.</summary>
    public void Paint(ICanvas canvas)
    {
        if (isAlone) canvas.Text(4, 18, chart.Title, Anchor.Start, isHeading: true);
        PaintNotes(canvas);
        PaintAxes(canvas);
        foreach (var series in chart.Series) Paint(canvas, series);
        PaintLegend(canvas);
    }

    void PaintNotes(ICanvas canvas)
    {
        for (var i = 0; i < _notes.Length; i++)
        {
            var (label, from, to, isSpan) = _notes[i];
            var (left, right, y) = (X(Math.Max(from, _x.From)), X(Math.Min(to, _x.To)), NotesTop + Row * i + 3);
            canvas.Begin($"note: {label}", null);
            if (isSpan) canvas.Area([(left, y), (right, y), (right, Top + Plot), (left, Top + Plot)], Brush.Shade);
            else canvas.Line([(left, y), (left, Top + Plot)], Brush.Dashes);
            canvas.End();
        }
        for (var i = 0; i < _notes.Length; i++)
        {
            var (label, from, to, _) = _notes[i];
            var (left, right, length) = (X(Math.Max(from, _x.From)), X(Math.Min(to, _x.To)), 5 + Letter * _notes[i].Label.Length);
            // Beside what it names, or else as far to the right as it goes.
            var (x, anchor) = right + length < Width ? (right + 5, Anchor.Start) : left > length ? (left - 5, Anchor.End)
                : (Width - 4, Anchor.End);
            canvas.Text(x, NotesTop + Row * i + 13, label, anchor);
        }
    }

    void PaintAxes(ICanvas canvas)
    {
        canvas.Begin("axes", null);
        foreach (var tick in _y.Ticks)
        {
            canvas.Line([(Left, Y(tick)), (Width - Right, Y(tick))], Brush.Grid);
            canvas.Text(Left - 6, Y(tick) + 4, Number(tick, _y), Anchor.End);
        }
        canvas.Line([(Left, Top), (Left, Top + Plot), (Width - Right, Top + Plot)], Brush.Frame);
        foreach (var tick in _x.Ticks) canvas.Text(X(tick), Top + Plot + 16, Number(tick, _x), Anchor.Middle);
        canvas.Text((Left + Width - Right) / 2, Top + Plot + 34, chart.X, Anchor.Middle);
        foreach (var level in chart.Levels)
        {
            canvas.Line([(Left, Y(level.At)), (Width - Right, Y(level.At))], Brush.Dashes);
            canvas.Text(Width - Right - 2, Y(level.At) - 4, level.Label, Anchor.End);
        }
        canvas.End();
    }

    void Paint(ICanvas canvas, ChartSeries series)
    {
        (double X, double Y)[] line = [.. series.Points.Select(point => (X(point.X), Y(point.Y)))];
        canvas.Begin(series.Name, series.Ink);
        if (series.Points.Any(point => point.Low is not null))
            canvas.Area(
                [
                    .. series.Points.Select(point => (X(point.X), Y(point.High ?? point.Y))),
                    .. series.Points.Reverse().Select(point => (X(point.X), Y(point.Low ?? point.Y))),
                ],
                Brush.Band);
        if (!series.IsSet) canvas.Line(line, series.IsFit ? Brush.Dashes : Brush.Line);
        var every = Math.Max(1, (line.Length + MostDots - 1) / MostDots);
        if (!series.IsFit)
            for (var i = 0; i < line.Length; i++)
                if (i % every == 0 || i == line.Length - 1)
                    canvas.Area(Shapes.At(series.Ink, line[i].X, line[i].Y, series.IsSet ? Radius + 2 : Radius), Brush.Dot);
        canvas.End();
    }

    void PaintLegend(ICanvas canvas)
    {
        foreach (var (row, i) in LegendRows().Select((row, i) => (row, i)))
        {
            var (x, y) = (4.0, LegendTop + Row * i + 9);
            foreach (var series in row)
            {
                canvas.Begin($"legend: {series.Name}", series.Ink);
                if (!series.IsSet) canvas.Line([(x, y), (x + 22, y)], series.IsFit ? Brush.Dashes : Brush.Line);
                if (!series.IsFit) canvas.Area(Shapes.At(series.Ink, x + 11, y, series.IsSet ? Radius + 2 : Radius), Brush.Dot);
                canvas.End();
                canvas.Text(x + 28, y + 4, series.Name);
                x += LegendWidth(series);
            }
        }
        if (chart.Y.Length > 0) canvas.Text(Width - 4, LegendTop + 13, chart.Y, Anchor.End);
    }

    List<List<ChartSeries>> LegendRows()
    {
        var (rows, x) = (new List<List<ChartSeries>> { new() }, 4 + Letter * chart.Y.Length + 10);
        foreach (var series in chart.Series)
        {
            if (rows[^1].Count > 0 && (x + LegendWidth(series) > Width || rows[^1].Count == MostOnTop)) (x, rows) = (4, [.. rows, []]);
            rows[^1].Add(series);
            x += LegendWidth(series);
        }
        return rows;
    }

    static double LegendWidth(ChartSeries series) => 40 + Letter * series.Name.Length;

    static IEnumerable<ChartPoint> Points(Chart chart) => chart.Series.SelectMany(series => series.Points);

    static string Number(double value, Scale scale) => Display.Readable.Fixed(value, scale.Format).Replace("-", "−",
        StringComparison.Ordinal);

    double X(double value) => Left + (Width - Left - Right) * Math.Clamp(_x.At(value), 0, 1);

    double Y(double value) => Top + Plot * (1 - Math.Clamp(_y.At(value), 0, 1));
}
