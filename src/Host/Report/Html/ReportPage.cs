using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Sections;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Html;

/// <summary>A report as one page that loads nothing: style, script and data stand in it, and its policy allows no others.</summary>
static class ReportPage
{
    /// <summary>Id of the data block.</summary>
    public const string DataId = "data";

    // Everything but ASCII letters and the like is escaped: no text of a log can end the block.
    static readonly JsonSerializerOptions s_json = new(EventJson.Format)
    {
        Encoder = JavaScriptEncoder.Default,
        WriteIndented = true,
        IndentSize = 0,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Makes it.</summary>
    /// <param name="stamp">What it is made from.</param>
    /// <param name="runs">Its runs.</param>
    public static string Of(ReportStamp stamp, IReadOnlyList<RunContent> runs)
    {
        var (style, script) = (PageFiles.Style, PageFiles.Script);
        var title = runs is [var only] ? $"Mismatch report: {only.Ledger.Run}" : $"Mismatch report: {Figures.Of(runs.Count)} runs";
        var page = new Markup();
        page.Raw("<!DOCTYPE html>\n").Raw(stamp.Comment()).Line();
        page.Open("html", ("lang", "en")).Line().Open("head").Line();
        page.Empty("meta", ("charset", "utf-8")).Line();
        page.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content",
            $"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'")).Line();
        page.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
        page.Empty("meta", ("name", "color-scheme"), ("content", "light dark")).Line();
        page.Empty("meta", ("name", "referrer"), ("content", "no-referrer")).Line();
        page.Element("title", title).Line();
        page.Open("style").Raw(style).Close("style").Line().Close("head").Line();
        page.Open("body").Line();
        page.Element("a", "Skip to the verdict", ("class", "skip"), ("href", "#main")).Line();
        Header(page, title, runs);
        page.Open("main", ("id", "main")).Line();
        var html = new BlockHtml(page);
        if (runs.Count > 1) html.WriteOverlay(Overlay.Of(runs), runs);
        for (var i = 0; i < runs.Count; i++) html.Write(RunChapter.Of(runs[i]), i, runs.Count > 1);
        page.Close("main").Line();
        page.Open("script", ("type", "application/json"), ("id", DataId)).Line();
        page.Raw(JsonSerializer.Serialize(new
        {
            stamp.Format,
            Runs = runs.Select(run => new { run.Stamp, Ledger = FewSteps.Of(run.Ledger), Curve = FewSteps.Of(run.Curve) }),
            Accuracy = runs.Count > 1 ? AccuracyOverRuns.Of([.. runs.Select(run => run.Ledger)]) : null,
        }, s_json)).Line();
        page.Close("script").Line();
        page.Open("script").Raw(script).Close("script").Line();
        page.Close("body").Line().Close("html").Line().Raw(stamp.Comment()).Line();
        return page.ToString();
    }

    static void Header(Markup page, string title, IReadOnlyList<RunContent> runs)
    {
        page.Open("header").Line().Element("h1", title).Line();
        page.Element("p", string.Join("; ", runs.Select(run =>
            $"recipe {run.Ledger.Recipe}, seed {run.Origin.Seed}, {run.Ledger.State}, step {Figures.Of(run.Ledger.Step)}")),
                ("class", "quiet")).Line();
        if (runs.Count == 1)
        {
            page.Open("nav", ("aria-label", "Sections")).Open("ul").Line();
            foreach (var section in RunChapter.Of(runs[0]).Sections)
                page.Open("li").Element("a", section.Title, ("href", $"#{section.Id}")).Close("li").Line();
            page.Close("ul").Close("nav").Line();
        }
        page.Close("header").Line();
    }

    static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
