using SkiaSharp;

namespace ActorRlhf.Host.Report.Charts;

/// <summary>A chart as a picture on white, at twice its size.</summary>
static class PngFigure
{
    const int Scale = 2;

    /// <summary>Draws it.</summary>
    /// <returns>A PNG.</returns>
    public static byte[] Of(Chart chart)
    {
        var painter = new ChartPainter(chart, isAlone: true);
        var (width, height) = ((int)Math.Ceiling(ChartPainter.Width), (int)Math.Ceiling(painter.Height));
        using var surface = SKSurface.Create(new SKImageInfo(width * Scale, height * Scale));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(Scale);
        using (var canvas = new PngCanvas(surface.Canvas)) painter.Paint(canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Whether this machine has a font to write with; without one a picture would have no words.</summary>
    public static bool HasFonts() => SKFontManager.Default.FontFamilies.Any();
}
