using System.Text;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reproduction;

/// <summary>
/// The page of a study in <c>docs/reproductions</c>. What a person wrote below its last heading stays when it is written anew.
/// </summary>
static class StudyPage
{
    const string Remarks = "## Remarks\n", NoRemarks = Remarks + "\nNone yet.\n", Ending = ".md";

    /// <summary>Writes <c>NAME.md</c> and <c>NAME.svg</c>.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="report">What is written.</param>
    /// <returns>The page's path.</returns>
    public static string Write(string folder, StudyReport report)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, report.Study.Name + Ending);
        var before = File.Exists(path) ? File.ReadAllText(path) : "";
        var kept = before.IndexOf(Remarks, StringComparison.Ordinal);
        File.WriteAllText(path, Markdown(report) + (kept < 0 ? NoRemarks : before[kept..]));
        File.WriteAllText(Path.Combine(folder, report.Study.Name + ".svg"), StudyPlot.Svg(report));
        return path;
    }

    /// <summary>A number as pages show it: with its 95% interval, how that was made, and of how many.</summary>
    public static string Cell(Measured? value) => value switch
    {
        null => "–",
        { Low: { } low, High: { } high } =>
            $"{Readable.Of(value.Value)} [{Readable.Of(low)}, {Readable.Of(high)}] ({value.Method}, {Figures.Of(value.N)})",
        _ => $"{Readable.Of(value.Value)} (n {Figures.Of(value.N)})",
    };

    static string Markdown(StudyReport report)
    {
        var (study, outcome, page) = (report.Study, report.Outcome!, new StringBuilder());
        void Line(string text = "") => page.Append(text).Append('\n');
        void Row(IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");
        Line($"# {study.Name}");
        Line($"\n**Finding.** {study.Finding} Source: {study.Source}.");
        Line($"\n**Trained.** {Figures.Of(report.Runs.All.Count)} runs of the recipe `{study.Recipe}`{Given(study.Overrides)}, seeds 0 to "
            + $"{Figures.Of(report.Seeds - 1)}, by build {string.Join(", ", report.Builds.Select(one => $"`{one}`"))}, under these "
            + "conditions:\n");
        foreach (var condition in study.Conditions)
            Line($"- `{condition.Name}`{(condition.Overrides.Length == 0 ? ": the recipe as it is" : Given(condition.Overrides))}");
        if (report.Missing.Count > 0)
            Line($"\n**Not there**: {string.Join("; ", report.Missing.Select(one => $"`{one.Run.Id}` ({one.Stands})"))}.");
        Line("\n## What it shows\n");
        Row(["claim", "measured", "bound", "shown"]);
        Row(["---", "---", "---", "---"]);
        foreach (var claim in outcome.Claims) Row([claim.Says, Cell(claim.Value), claim.Bound, claim.Shown]);
        Line("\n*yes*: the whole 95% interval is within the bound; *no*: all of it is outside; *open*: neither. `t`: Student's interval "
            + "over seeds; `wilson`: of a share of runs. Behind it the number of seeds, or of runs.");
        Line("\n## Figures\n");
        Row(["condition", .. outcome.Columns]);
        Row(["---", .. outcome.Columns.Select(_ => "---")]);
        foreach (var row in outcome.Rows) Row([$"`{row.Condition}`", .. row.Figures.Select(Cell)]);
        Line("\nGold is the true utility on held-out prompts. *Lost from the peak*: the last step against the best one, which is chosen on "
            + "one half of the prompts and compared on the other. *Rose*: the best evaluation minus that before RL, a little too good.");
        Line($"\n![Gold over the distance from the policy before RL, means over seeds]({study.Name}.svg)");
        Line($"\nMade by `actorrlhf reproduce {study.Name} --seeds {Figures.Of(report.Seeds)} -o docs/reproductions`. What stands below is "
            + "written by a person and kept.\n");
        return page.ToString();
    }

    static string Given(IReadOnlyList<string> overrides) =>
        overrides.Count == 0 ? "" : $" with {string.Join(", ", overrides.Select(one => $"`{one}`"))}";
}
