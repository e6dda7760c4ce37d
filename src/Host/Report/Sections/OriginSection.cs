using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Recipe, heads, how to verify, and what is not here.</summary>
static class OriginSection
{
    public static Section Of(RunContent run)
    {
        var (ledger, origin) = (run.Ledger, run.Origin);
        return new Section("origin", "Where these numbers come from",
        [
            new Paragraph(
                "Every number was computed from the run's log, whose events are chained by SHA-256. Whoever has the log makes this file "
                    + "again, "
                    + "compares it digit by digit, and has the log itself audited against the head:"),
            new Verbatim(
                $"actorrlhf report --verify FILE\nactorrlhf audit {ledger.Run} --head {run.Stamp.Training}"),
            new Grid("origin", "The run",
                ["what", "value"],
                [
                    ["run", ledger.Run], ["recipe", ledger.Recipe], ["seed", origin.Seed],
                    ["state", $"{ledger.State}, step {Figures.Of(ledger.Step)} of {Figures.Of(origin.Steps)}"],
                    ["head of training", run.Stamp.Training], ["head of evaluations", run.Stamp.Evaluations],
                        ["trajectory", origin.Trajectory],
                    ["SHA-256 of the recipe", origin.RecipeHash ?? Shown.Nothing], ["build", origin.Build ?? Shown.Nothing],
                    ["device", origin.Device ?? Shown.Nothing], ["parent", origin.Parent ?? "none"],
                    ["held-out prompts", Figures.Of(ledger.Prompts)], ["evaluated steps", Figures.Of(ledger.Steps.Count)],
                ]),
            .. ledger.Missing.Count == 0 ? (Block[])[] :
                [new Grid("missing", "Figures that are not here", ["figure", "why"],
                    [.. ledger.Missing.Select(one => (string[])[one.Figure, one.Why])])],
            new Verbatim(origin.Recipe, "The recipe"),
        ]);
    }
}
