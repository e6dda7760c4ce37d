namespace ActorRlhf.Host.Report.Charts;

/// <summary>How something is drawn.</summary>
enum Brush
{
    /// <summary>A line of the axes.</summary>
    Frame,
    /// <summary>A line behind everything.</summary>
    Grid,
    /// <summary>A line of a series.</summary>
    Line,
    /// <summary>A line of a fit, or across.</summary>
    Dashes,
    /// <summary>An area of intervals.</summary>
    Band,
    /// <summary>A point.</summary>
    Dot,
    /// <summary>A shaded stretch.</summary>
    Shade,
}

/// <summary>Which end of a text its place is.</summary>
enum Anchor
{
    /// <summary>Its beginning.</summary>
    Start,
    /// <summary>Its middle.</summary>
    Middle,
    /// <summary>Its end.</summary>
    End,
}

/// <summary>What figures are drawn on; lengths in pixels from the upper left corner.</summary>
interface ICanvas
{
    /// <summary>What follows is part of something.</summary>
    /// <param name="key">What, by name.</param>
    /// <param name="ink">Its ink; null for that of texts.</param>
    void Begin(string key, int? ink);

    /// <summary>The end of that part.</summary>
    void End();

    /// <summary>Draws an open line.</summary>
    void Line(IReadOnlyList<(double X, double Y)> points, Brush brush);

    /// <summary>Fills a closed one.</summary>
    void Area(IReadOnlyList<(double X, double Y)> points, Brush brush);

    /// <summary>Writes.</summary>
    /// <param name="x">Where its anchor is.</param>
    /// <param name="y">Where its baseline is.</param>
    /// <param name="text">One line.</param>
    /// <param name="anchor">Which end is there.</param>
    /// <param name="isHeading">Whether it is larger.</param>
    void Text(double x, double y, string text, Anchor anchor = Anchor.Start, bool isHeading = false);
}
