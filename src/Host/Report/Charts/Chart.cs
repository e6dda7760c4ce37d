namespace ActorRlhf.Host.Report.Charts;

/// <summary>A figure, before anybody knows whether it becomes SVG, PNG or a table.</summary>
/// <param name="Name">As <c>--figure</c> calls it.</param>
/// <param name="Title">In a few words.</param>
/// <param name="About">What is seen in it, for whoever does not see it.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical one.</param>
/// <param name="Series">What is drawn, the first one at the bottom.</param>
sealed record Chart(string Name, string Title, string About, string X, string Y, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Stretches of the horizontal axis that are shaded.</summary>
    public IReadOnlyList<ChartSpan> Spans { get; init; } = [];

    /// <summary>Vertical lines.</summary>
    public IReadOnlyList<ChartRule> Rules { get; init; } = [];

    /// <summary>Horizontal lines.</summary>
    public IReadOnlyList<ChartRule> Levels { get; init; } = [];
}

/// <summary>A line with points and, where they have intervals, a band.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Ink">Its colour, shape and dashes, from 0 on.</param>
/// <param name="Points">In order of their X.</param>
sealed record ChartSeries(string Name, int Ink, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>Whether it is a law that was fitted: a dashed line without points, and no part of a table.</summary>
    public bool IsFit { get; init; }

    /// <summary>Whether points are not joined, as those of a set.</summary>
    public bool IsSet { get; init; }
}

/// <summary>A point, with its 95% interval where there is one.</summary>
/// <param name="X">Where.</param>
/// <param name="Y">How much.</param>
/// <param name="Low">Lower end; null without an interval.</param>
/// <param name="High">Upper end.</param>
sealed record ChartPoint(double X, double Y, double? Low = null, double? High = null);

/// <summary>A shaded stretch.</summary>
/// <param name="Label">What it is.</param>
/// <param name="From">Its left end.</param>
/// <param name="To">Its right end.</param>
sealed record ChartSpan(string Label, double From, double To);

/// <summary>A line across.</summary>
/// <param name="Label">What it is.</param>
/// <param name="At">Where.</param>
sealed record ChartRule(string Label, double At);
