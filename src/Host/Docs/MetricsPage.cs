using System.Text;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Docs;

/// <summary>Writes <c>docs/metrics.md</c> from the glossary.</summary>
static class MetricsPage
{
    const string Introduction =
        "# Metrics\n\n" +
        "What `actorrlhf metrics RUN` prints. A step's metrics come from its events alone, so a log gives the same numbers for ever. " +
        "Step 0 is the policy before RL.\n" +
        "All means leave padding out; a value that is not finite is null in JSON. " +
        "Names beginning with `objective/`, `policy/`, `loss/` and `val/` mean what they mean in TRL,\n" +
        "where it has them; `heldout/` and `eval/` exist only for the steps that were evaluated (`evaluation.every`).\n\n" +
        "This page is written from the glossary in `src/Actors/Runs/Reading/MetricGlossary.cs`: `actorrlhf docs metrics`.\n\n" +
        "| metric | meaning | unit | healthy | when it leaves that |\n" +
        "| --- | --- | --- | --- | --- |\n";

    const string Evaluators = "\nWhat stands behind `eval/{evaluator}/{metric}` is in [evaluators.md](evaluators.md).\n";

    /// <summary>The whole page, lines ended by <c>\n</c>.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (var metric in MetricGlossary.All)
        {
            var (meaning, unit, healthy, action) = (Cell(metric.Meaning), Cell(metric.Unit), Cell(metric.Healthy), Cell(metric.Action));
            page.Append($"| `{metric.Name}` | {meaning} | {unit} | {healthy} | {action} |\n");
        }
        return page.Append(Evaluators).ToString();
    }

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
