using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorRlhf.Host.Report.Html;
using ActorRlhf.Host.Report.Markdown;

namespace ActorRlhf.Host.Tests.Report;

[Collection(TrainedRunsCollection.Name)]
public sealed partial class ReportPageTests(TrainedRuns runs)
{
    [Fact]
    public void Page_HostileTexts_AreNeitherMarkupNorUnseen()
    {
        var content = SomeReport.WithHostileTexts(SomeReport.Of(runs.Data, TrainedRuns.Done));
        var page = ReportPage.Of(SomeReport.Stamp(content), [content]);

        Assert.Equal(2, Regex.Count(page, "<script"));
        Assert.Equal(2, Regex.Count(page, "</script>"));
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Empty(Unseen().Matches(page));
        Assert.Contains("right⟨U+202E⟩to left⟨U+2066⟩", page, StringComparison.Ordinal);
        Assert.Contains("nul⟨U+0000⟩bell⟨U+0007⟩", page, StringComparison.Ordinal);
        Assert.Contains("half ⟨U+D800⟩ and ⟨U+DC00⟩", page, StringComparison.Ordinal);
        // Outside script and style every tag and attribute is one of ours: the page is XML but for its first line.
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.LastIndexOf("<script>", StringComparison.Ordinal)]
            + "</body>";
        Assert.DoesNotContain(XDocument.Parse(body).Descendants().Attributes(), one
            => one.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Always_LoadsNothingAndAllowsOnlyItsOwnScriptAndStyle()
    {
        var content = SomeReport.Of(runs.Data, TrainedRuns.Done);
        var page = ReportPage.Of(SomeReport.Stamp(content), [content]);

        Assert.Matches("default-src &#39;none&#39;; style-src &#39;sha256-[^;]+&#39;; script-src &#39;sha256-[^;]+&#39;;", page);
        Assert.DoesNotContain("unsafe", page, StringComparison.Ordinal);
        Assert.Empty(Loading().Matches(page));
        Assert.DoesNotContain(" style=\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_HostileTexts_StayCellsAndText()
    {
        var content = SomeReport.WithHostileTexts(SomeReport.Of(runs.Data, TrainedRuns.Done));
        var page = ReportMarkdown.Of(SomeReport.Stamp(content, "md"), [content]);

        Assert.Empty(Unseen().Matches(page));
        Assert.DoesNotContain("[link](", page.Split("```")[0], StringComparison.Ordinal);
        Assert.All(page.Split("```").Where((_, i) => i % 2 == 0), text => Assert.DoesNotContain("<script", text, StringComparison.Ordinal));
        var table = page.Split('\n').SkipWhile(line => !line.StartsWith("| figure | why |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).ToArray();
        Assert.Equal(SomeReport.Hostile.Length, table.Length);
        Assert.All(table, row => Assert.Equal(3, Regex.Count(row, @"(?<!\\)\|")));
    }

    // Control characters but line feeds, format characters, halves of pairs.
    [GeneratedRegex(@"[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029-[\n]]")]
    private static partial Regex Unseen();

    [GeneratedRegex("(src|href|action|data)=\"(?!#)|url\\(|@import")]
    private static partial Regex Loading();
}
