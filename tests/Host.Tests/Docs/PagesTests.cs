using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Host.Docs;

namespace ActorRlhf.Host.Tests.Docs;

public sealed class PagesTests
{
    [Theory]
    [InlineData("evaluators")]
    [InlineData("events")]
    [InlineData("metrics")]
    [InlineData("recipes")]
    public async Task Docs_Page_IsTheOneInDocs(string page)
    {
        var printed = await App.RunAsync("docs", page);
        var inDocs = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Docs", $"{page}.md"));
        Assert.Equal(0, printed.Code);
        Assert.True(printed.Out == inDocs, $"docs/{page}.md is not current; write it with: actorrlhf docs {page} > docs/{page}.md");
    }

    [Fact]
    public void EventsPage_EveryEvent_HasASectionWithItsFields()
    {
        var page = EventsPage.Markdown();
        Assert.All(EventCatalogue.Known.Manifests, manifest => Assert.Contains($"\n## `{manifest}`\n", page, StringComparison.Ordinal));
        Assert.Contains("| 3 | `seed` | uint64 | The run's seed. |", page, StringComparison.Ordinal);
        Assert.Contains("| 8 | `libraries` | list of text |", page, StringComparison.Ordinal);
        Assert.Contains("| 2 | `minibatches` | list of [MinibatchUpdated](#minibatchupdated) |", page, StringComparison.Ordinal);
        Assert.Contains(
            "| 3 | `scores` | column of float64 | (K · B), member after member; NaN where `failures` counts one. |",
            page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy.updated/1", "Stream: training; in the trajectory.")]
    [InlineData("rollout.collected/1", "Stream: training or, with `source`, evaluations; in the trajectory.")]
    [InlineData("evaluation.completed/1", "Stream: evaluations.")]
    [InlineData("run.paused/1", "Stream: training.")]
    [InlineData("run.deleted/1", "Stream: deleted runs.")]
    public void EventsPage_Event_NamesItsStream(string manifest, string expected)
    {
        var section = EventsPage.Markdown().Split("\n## ").Single(part => part.StartsWith($"`{manifest}`", StringComparison.Ordinal));
        Assert.Contains(expected, section, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docs_Help_DoesNotListIt() =>
        Assert.DoesNotContain("\n  docs ", (await App.RunAsync("--help")).Out, StringComparison.Ordinal);

    [Fact]
    public void MetricsPage_Always_HasFiveCellsInEveryRowOfTheGlossary()
    {
        var glossary = MetricsPage.Markdown().Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .ToArray();
        Assert.All(glossary, row => Assert.Equal(6, row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
    }

    [Fact]
    public void EvaluatorsPage_EveryEvaluator_HasASectionWithItsMetricsAndSettings()
    {
        var sections = EvaluatorsPage.Markdown().Split("\n## ")[1..];
        Assert.Equal(
            BuiltInEvaluators.Catalogue.Keys.Order(StringComparer.Ordinal), sections.Select(section => section.Split('`')[1]));
        foreach (var section in sections)
        {
            var id = section.Split('`')[1];
            Assert.All(BuiltInEvaluators.ById[id].Metrics, metric =>
                Assert.Contains($"| `{metric.Name}` |", section, StringComparison.Ordinal));
            Assert.All(BuiltInEvaluators.Catalogue[id].Settings, setting =>
                Assert.Contains($"| `{setting.Name}` | `{setting.Default}` |", section, StringComparison.Ordinal));
        }
    }
}
