using System.Text;

namespace ActorRlhf.Host.Report.Html;

/// <summary>The page's style and script, which are files beside this one.</summary>
static class PageFiles
{
    /// <summary>Style of the page and its figures.</summary>
    public static string Style { get; } = Read("report.css") + Read("chart.css");

    /// <summary>Style of a figure that stands alone.</summary>
    public static string ChartStyle { get; } = Read("chart.css");

    /// <summary>Search, sort and the choice of a prompt; the page is complete without it.</summary>
    public static string Script { get; } = Read("report.js");

    static string Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"report/{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
