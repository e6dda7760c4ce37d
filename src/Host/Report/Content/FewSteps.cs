using ActorRlhf.Actors.Runs.Mismatch;

namespace ActorRlhf.Host.Report.Content;

/// <summary>Long runs in a report of bounded size: of a series with more steps than that, some, evenly spread.</summary>
static class FewSteps
{
    /// <summary>Steps of a series that figures and the data block show at most.</summary>
    public const int Most = 100;

    /// <summary>At most <see cref="Most"/> items, the first and the last among them.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items) => items.Count <= Most
        ? items
        : [.. Enumerable.Range(0, Most).Select(i => items[(int)((long)i * (items.Count - 1) / (Most - 1))])];

    /// <summary>A ledger whose series are no longer than that.</summary>
    public static MismatchLedger Of(MismatchLedger ledger) => ledger with
    {
        Steps = Of(ledger.Steps),
        RewardToPolicy = ledger.RewardToPolicy is { } link
            ? link with { OwnCompletions = Of(link.OwnCompletions), Disagreement = Of(link.Disagreement) }
            : null,
        PolicyToEvaluation = [.. ledger.PolicyToEvaluation.Select(curve => curve with
        {
            Steps = Of(curve.Steps), Means = Of(curve.Means), PeakSet = curve.PeakSet is { } peaks ? Of(peaks) : null,
        })],
    };
}
