using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Host.Reproduction;

/// <summary>What the runs of a study say.</summary>
/// <param name="Claims">What was to be shown, and whether it is.</param>
/// <param name="Columns">Names of the figures, the same for each condition.</param>
/// <param name="Rows">The figures by condition.</param>
sealed record StudyOutcome(
    IReadOnlyList<StudyClaim> Claims, IReadOnlyList<string> Columns, IReadOnlyList<StudyOutcome.Row> Rows)
{
    /// <summary>The figures of a condition.</summary>
    /// <param name="Condition">Its name.</param>
    /// <param name="Figures">In order of the columns; null where there is none.</param>
    public sealed record Row(string Condition, IReadOnlyList<Measured?> Figures);

    /// <summary>A row for each condition that was trained, of figures that a run has or lacks: means with intervals over seeds.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="claims">What was to be shown.</param>
    /// <param name="figures">Names and values.</param>
    public static StudyOutcome Of(
        StudyRuns runs, IReadOnlyList<StudyClaim> claims, params (string Name, Func<FinishedRun, double?> Of)[] figures) =>
        new(claims, [.. figures.Select(one => one.Name)],
        [
            .. runs.Conditions.Select(condition => new Row(condition, [.. figures.Select(one => runs.Mean(condition, one.Of))])),
        ]);
}
