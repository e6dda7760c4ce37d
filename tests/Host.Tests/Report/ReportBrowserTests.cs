using ActorRlhf.Host.Report.Html;

namespace ActorRlhf.Host.Tests.Report;

[Collection(TrainedRunsCollection.Name)]
[Trait("Category", "Integration")]
public sealed class ReportBrowserTests(TrainedRuns runs)
{
    [ChromiumFact]
    public async Task Page_InChromium_IsWholeQuietAndDoesNothingThatATextAsksFor()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-page-").FullName;
        try
        {
            var content = SomeReport.WithHostileTexts(SomeReport.Of(runs.Data, TrainedRuns.Done));
            var file = Path.Combine(folder, "report.html");
            await File.WriteAllTextAsync(file, ReportPage.Of(SomeReport.Stamp(content), [content]));
            await using var browser = await Chromium.StartAsync();
            foreach (var (width, isDark) in ((int, bool)[])[(1280, false), (390, true)])
            {
                await browser.OpenAsync(file, width, isDark: isDark);
                await CheckAsync(browser, width, isDark);
                Assert.Equal([new Uri(file).AbsoluteUri], browser.Requests);
                Assert.Empty(browser.Complaints);
            }
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static async Task CheckAsync(Chromium browser, int width, bool isDark)
    {
        async Task<string> Of(string expression) => (await browser.EvaluateAsync(expression))?.ToString() ?? "";
        Assert.Equal("undefined", await Of("typeof window.pwned"));
        Assert.True(int.Parse(await Of("document.documentElement.scrollWidth")) <= width, "the page is wider than its window");
        Assert.Equal(isDark ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)", await Of("getComputedStyle(document.body).backgroundColor"));

        // The search leaves the rows that have all words; sorting orders by number and says so.
        const string search = "document.querySelector('.tools input')";
        var rows = int.Parse(await Of("document.querySelectorAll('.completions tbody tr').length"));
        await browser.EvaluateAsync($"{search}.value = 'RIGHT left'; {search}.dispatchEvent(new Event('input')); 1");
        var left = int.Parse(await Of("document.querySelectorAll('.completions tbody tr:not([hidden])').length"));
        Assert.InRange(left, 1, rows - 1);
        Assert.Equal($"{left} of {rows}", await Of("document.querySelector('.tools span').textContent"));
        await browser.EvaluateAsync("document.querySelector('.completions th button').click(); document.querySelector('.completions th "
            + "button').click(); 1");
        Assert.Equal("descending", await Of("document.querySelector('.completions th').ariaSort"));
        Assert.Equal("true", await Of(
            "(s => s.every((x, i) => i === 0 || s[i - 1] >= x))([...document.querySelectorAll('.completions tbody tr')].map(r => "
                + "Number(r.cells[0].textContent)))"));

        // One prompt at a time, chosen by keyboard-reachable controls.
        Assert.Equal("1", await Of("document.querySelectorAll('.story:not([hidden])').length"));
        await browser.EvaluateAsync("[...document.querySelectorAll('.tools button')].at(-1).click(); 1");
        Assert.Equal("1", await Of("document.querySelector('.tools select').selectedIndex"));

        // What a screen reader needs: names of figures and regions, one first heading, no id twice, and no control without a label.
        Assert.Equal("1", await Of("document.querySelectorAll('h1').length"));
        Assert.Equal("true", await Of("(s => new Set(s).size === s.length)([...document.querySelectorAll('[id]')].map(e => e.id))"));
        Assert.Equal("true", await Of(
            "[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-labelledby').split(' ').every(id => "
                + "document.getElementById(id).textContent))"));
        Assert.Equal("true", await Of("[...document.querySelectorAll('input,select')].every(e => e.labels.length === 1)"));
        Assert.Equal("true", await Of("JSON.parse(document.getElementById('data').textContent).runs.length === 1"));
    }
}
