using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>Everything that a report says of a run, in the order in which it is read.</summary>
static class RunChapter
{
    public static Chapter Of(RunContent run) => new(run.Ledger.Run, run.Ledger.Recipe,
    [
        VerdictSection.Of(run), CurvesSection.Of(run), LinksSection.Of(run), AttributionSection.Of(run), SaidSections.Stories(run),
        SaidSections.Completions(run), AlarmSection.Of(run), OriginSection.Of(run),
    ]);

    /// <summary>The figures of a run by the names that <c>--figure</c> takes.</summary>
    public static IReadOnlyList<Chart> Figures(RunContent run) =>
    [
        .. new RunCharts(run).All(), .. LinkCharts.Own(run), .. LinkCharts.Order(run), .. LinkCharts.Evaluations(run, byDistance: false),
        .. LinkCharts.Evaluations(run, byDistance: true),
    ];
}
