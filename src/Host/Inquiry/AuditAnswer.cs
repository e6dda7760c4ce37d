using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What an audit, and where it was asked for the recomputation behind it, came to.</summary>
/// <param name="Report">What the log says for itself.</param>
/// <param name="Recomputed">What was executed again.</param>
/// <param name="Line">Both in the object of <c>audit</c>.</param>
sealed record AuditAnswer(AuditReport Report, RecomputedSteps Recomputed, AuditLine Line)
{
    /// <summary>Audits a run.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="run">Which.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="listener">Hears how it goes on.</param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <param name="ct">Gives up; what reads the log alone is brought to its end first.</param>
    public static async Task<AuditAnswer> OfAsync(
        Store store, RunId run, AuditQuestion question, InquiryListener listener, ComputePool? pool, CancellationToken ct)
    {
        var report = RunAudit.Of(store, run, question.Head, question.IsBeingWritten, question.Told);
        ct.ThrowIfCancellationRequested();
        // What is not even whole says nothing about the mathematics.
        var recomputed = question.Recompute is { } range && report.Ok
            ? await RecomputeAsync(new RunReader(store).Read(run), range, question, listener, pool, ct).ConfigureAwait(false)
            : RecomputedSteps.None;
        if (question.Recompute is not null && !report.Ok)
            listener.Say("no step was executed again, because the log already has a fault; recompute once it is whole");
        if (question.Recompute is not { IsAll: true })
            foreach (var reused in report.NotFollowed)
                listener.Say($"stage {reused.Stage} was taken from run {reused.Run}, which is not at hand to compare with: only "
                    + "--recompute all tells whether it is what its inputs give");
        var bad = report.FirstBad ?? recomputed.FirstBad;
        var line = new AuditLine(bad is null, report.Events, report.Artefacts, recomputed.Steps, report.Head.ToString(), FaultLine.Of(bad))
        {
            LargestDifference = question.Tolerance > 0 ? recomputed.LargestDifference : null,
            RecomputedEvaluations = question.Recompute is null ? null : recomputed.Evaluations,
            NotFollowed = report.NotFollowed is [] ? null : [.. report.NotFollowed.Select(ReusedLine.Of)],
            RecomputedStages = question.Recompute is { IsAll: true } ? recomputed.Stages : null,
        };
        return new AuditAnswer(report, recomputed, line);
    }

    static Task<RecomputedSteps> RecomputeAsync(
        RunRecord run, RecomputedRange range, AuditQuestion question, InquiryListener listener, ComputePool? pool, CancellationToken ct) =>
        range.Steps is { } steps
            ? RecomputedSteps.OfAsync(run, steps, question.Tolerance, question.AcceptBuild, listener, pool, ct)
            : RecomputedSteps.OfAllAsync(run, question.AcceptBuild, listener, pool, ct);
}
