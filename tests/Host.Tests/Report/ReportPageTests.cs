using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Html;
using ActorRlhf.Host.Report.Markdown;
using ActorRlhf.Host.Report.Sections;

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

    [Theory]
    [InlineData(2, "2 runs are points to look at; a rank correlation is said of 12 and more.")]
    [InlineData(12, "Rank correlation of accuracy over 12 runs with pocket-gold at the last step: ")]
    public void Page_OfRunsThatCompare_SaysWhatLinkThreeIsOverRuns(int count, string said)
    {
        var content = SomeReport.Of(runs.Data, TrainedRuns.Done);
        var (ledger, link) = (content.Ledger, content.Ledger.RewardToPolicy!);
        RunContent[] several = [.. Enumerable.Range(0, count).Select(i => content with
        {
            Ledger = ledger with
            {
                Run = $"run-{i}",
                RewardToPolicy = link with
                {
                    Members = [link.Members[0] with { HeldoutAccuracy = new Measured(.6 + .01 * (i * 5 % 12), null, null, 400, "wilson") }],
                },
                PolicyToEvaluation = [.. ledger.PolicyToEvaluation.Select(curve => curve with
                {
                    Means = [.. curve.Means.Select(mean => mean with { Value = mean.Value + .01 * i })],
                })],
            },
        })];
        var stamp = SomeReport.Stamp(content);

        Assert.Contains(said, ReportPage.Of(stamp, several), StringComparison.Ordinal);
        Assert.Contains(said, ReportMarkdown.Of(stamp, several), StringComparison.Ordinal);
        Assert.Equal(["overlay", "overlay-reward", "accuracy-runs"], Overlay.All(several).Select(chart => chart.Name));
    }

    // Control characters but line feeds, format characters, halves of pairs.
    [GeneratedRegex(@"[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029-[\n]]")]
    private static partial Regex Unseen();

    [GeneratedRegex("(src|href|action|data)=\"(?!#)|url\\(|@import")]
    private static partial Regex Loading();
}
