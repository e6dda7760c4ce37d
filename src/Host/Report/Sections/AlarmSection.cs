using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Report.Sections;

/// <summary>What the alarm saw, and what its promise rests on.</summary>
static class AlarmSection
{
    public static Section Of(RunContent run)
    {
        if (run.Ledger.Alarm is not { } alarm) return new Section("alarm", "Alarm",
            [new Paragraph("There was no evaluation for it to see.")]);
        return new Section("alarm", "Alarm",
        [
            new Paragraph(
                $"Evidence S {Shown.Number(alarm.Evidence)}; it is raised at {Shown.Number(alarm.Threshold)}, which in a run without a "
                    + "fall by more than "
                    + $"{Shown.Number(alarm.Delta)} happens with probability {Shown.Number(alarm.Alpha)} at most, however often one looks. "
                    + (alarm.RaisedAt is { } step ? $"Raised at step {Figures.Of(step)}" : "It was not raised")
                    + (alarm.RaisedAtFivePercent is { } early ? $"; with α .05 at step {Figures.Of(early)}." : ".")
                    + (alarm.Planned is { } planned ? $" Evaluations planned: {Figures.Of(planned)}." : "")),
            new Grid("alarm/series", "Evaluations that take part, the largest part first",
                ["evaluation", ">from step", ">weight", ">evidence", ">strongest pair", ">prompts"],
                [
                    .. alarm.Series.Select(one => (string[])
                    [
                        SeriesTitle.Of(one.Series), Figures.Of(one.From), Shown.Number(one.Weight), Shown.Number(one.Evidence),
                        one is { Earlier: { } earlier, Later: { } later } ? Shown.Between(earlier, later) : Shown.Nothing,
                        one.N is { } n ? Figures.Of(n) : Shown.Nothing,
                    ]),
                ]),
            new Paragraph("Its promise rests on this: " + string.Join("; ", alarm.Assumptions) + "."),
        ]);
    }
}
