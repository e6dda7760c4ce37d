using SkiaSharp;

namespace ActorRlhf.Host.Report.Charts;

/// <summary>Draws with Skia, in the colours that chart.css has for light pages.</summary>
/// <param name="canvas">Where.</param>
sealed class PngCanvas(SKCanvas canvas) : ICanvas, IDisposable
{
    static readonly SKColor s_text = SKColor.Parse("1b1f24"), s_frame = SKColor.Parse("57606a"), s_grid = SKColor.Parse("e3e6ea");
    static readonly SKColor[] s_inks =
        [.. ((string[])["b8500a", "0063a6", "00795a", "a3487e", "2f6f9f", "8f5c00", "3d4450", "7a2f2f"]).Select(SKColor.Parse)];
    static readonly SKColor s_shade = SKColor.Parse("8a63d2").WithAlpha(51);

    readonly SKTypeface _face = SKFontManager.Default.MatchFamily("DejaVu Sans") ?? SKTypeface.Default;
    SKColor _ink = s_text;

    public void Begin(string key, int? ink) => _ink = ink is { } number ? s_inks[number % s_inks.Length] : s_text;

    public void End() => _ink = s_text;

    public void Line(IReadOnlyList<(double X, double Y)> points, Brush brush) => Draw(points, brush, isClosed: false);

    public void Area(IReadOnlyList<(double X, double Y)> points, Brush brush) => Draw(points, brush, isClosed: true);

    public void Text(double x, double y, string text, Anchor anchor, bool isHeading)
    {
        using var paint = new SKPaint
        {
            Color = s_text,
            IsAntialias = true,
            Typeface = _face,
            TextSize = isHeading ? 14 : 12,
            FakeBoldText = isHeading,
            TextAlign = anchor switch { Anchor.Middle => SKTextAlign.Center, Anchor.End => SKTextAlign.Right, _ => SKTextAlign.Left },
        };
        var shown = Texts.VisibleText.Of(text);
        using var halo = paint.Clone();
        (halo.Color, halo.Style, halo.StrokeWidth) = (SKColors.White, SKPaintStyle.Stroke, 3);
        canvas.DrawText(shown, (float)x, (float)y, halo);
        canvas.DrawText(shown, (float)x, (float)y, paint);
    }

    public void Dispose() => _face.Dispose();

    void Draw(IReadOnlyList<(double X, double Y)> points, Brush brush, bool isClosed)
    {
        if (points.Count == 0) return;
        using var path = new SKPath();
        path.AddPoly([.. points.Select(point => new SKPoint((float)point.X, (float)point.Y))], isClosed);
        using var dashes = brush is Brush.Dashes ? SKPathEffect.CreateDash([6, 4], 0) : null;
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = isClosed ? SKPaintStyle.Fill : SKPaintStyle.Stroke,
            PathEffect = dashes,
            StrokeWidth = brush switch { Brush.Line => 2, Brush.Dashes => 1.5f, _ => 1 },
            Color = brush switch
            {
                Brush.Frame => s_frame,
                Brush.Grid => s_grid,
                Brush.Shade => s_shade,
                Brush.Band => _ink.WithAlpha(51),
                _ => _ink,
            },
        };
        canvas.DrawPath(path, paint);
    }
}
