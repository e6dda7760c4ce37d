using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Cli;

/// <summary>What <c>bench</c> prints.</summary>
static class BenchOutput
{
    /// <summary>Prints results as they come, and what they come to; how far it is goes to stderr.</summary>
    /// <param name="metrics">Those of the results.</param>
    /// <param name="batches">Makes the results.</param>
    /// <param name="count">How many there will be.</param>
    /// <param name="json">Lines of JSON, or a table.</param>
    /// <param name="model">Which model is asked, where several are.</param>
    /// <param name="ct">Gives up between batches.</param>
    /// <returns>The exit code: whether all items were scored.</returns>
    public static int Write(
        IReadOnlyList<Metric> metrics, IEnumerable<IReadOnlyList<BenchResult>> batches, int count, bool json, string? model,
        CancellationToken ct)
    {
        var (totals, first) = (new FileTotals(metrics), default(FailedItem));
        foreach (var batch in batches)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var one in batch)
            {
                if (json) JsonOutput.Write(one.Line with { Model = model });
                totals.Add(one.Slices, one.Result);
                first ??= one.Result as FailedItem;
            }
            Talk.Say(FormattableString.Invariant($"{(model is null ? "" : $"{model}: ")}{totals.Items} of {count} items"));
        }
        TotalsOutput.Write(totals, json, model);
        return first is null
            ? ExitCode.Done
            : Talk.Refuse(ExitCode.Failed, FormattableString.Invariant(
                $"{totals.Failed} of {totals.Items} items failed; item {first.ItemId}: {first.Error}"));
    }
}
