using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Inquiry;

namespace ActorRlhf.Host.Cli;

/// <summary>What <c>bench</c> prints.</summary>
static class BenchOutput
{
    static readonly string[] s_headings = ["metric", "of", ">mean", ">±", ">n", ">failed"];

    /// <summary>Prints results as they come, and what they come to; how far it is goes to stderr.</summary>
    /// <param name="metrics">Those of the results.</param>
    /// <param name="batches">Makes the results.</param>
    /// <param name="count">How many there will be.</param>
    /// <param name="json">Lines of JSON, or a table.</param>
    /// <param name="ct">Gives up between batches.</param>
    /// <returns>The exit code: whether all items were scored.</returns>
    public static int Write(
        IReadOnlyList<Metric> metrics, IEnumerable<IReadOnlyList<BenchResult>> batches, int count, bool json, CancellationToken ct)
    {
        var results = new List<BenchResult>();
        foreach (var batch in batches)
        {
            ct.ThrowIfCancellationRequested();
            if (json) foreach (var one in batch) JsonOutput.Write(one.Line);
            results.AddRange(batch);
            Talk.Say(FormattableString.Invariant($"{results.Count} of {count} items"));
        }
        var totals = BenchTotals.Of(metrics, results);
        if (json) JsonOutput.Write(totals);
        else Tables.Write(s_headings, Rows(totals));
        if (results.Select(one => one.Result).OfType<FailedItem>().FirstOrDefault() is not { } failed) return ExitCode.Done;
        return Talk.Refuse(ExitCode.Failed, FormattableString.Invariant(
            $"{results.Count(one => one.Result is FailedItem)} of {results.Count} items failed; item {failed.ItemId}: {failed.Error}"));
    }

    static IEnumerable<string[]> Rows(AggregatesLine totals)
    {
        foreach (var (metric, line) in totals.Aggregates) yield return Row(metric, "all", line);
        foreach (var (name, values) in totals.Slices?.AsEnumerable() ?? [])
            foreach (var (value, metrics) in values)
                foreach (var (metric, line) in metrics) yield return Row(metric, $"{name} {value}", line);
    }

    static string[] Row(string metric, string of, AggregateLine line) =>
        [metric, of, Figures.Of(line.Mean), Figures.Of(line.StandardError), Figures.Of(line.N), Figures.Of(line.Failed)];
}
