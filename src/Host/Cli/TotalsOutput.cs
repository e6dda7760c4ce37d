using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Cli;

/// <summary>What the scores of a file come to, on stdout; which columns are no slices, on stderr.</summary>
static class TotalsOutput
{
    /// <summary>Writes them.</summary>
    /// <param name="totals">Of all items.</param>
    /// <param name="json">The last line of JSON, or tables.</param>
    /// <param name="model">Which model was asked, where several are.</param>
    public static void Write(FileTotals totals, bool json, string? model = null)
    {
        if (json) JsonOutput.Write(totals.Line(model));
        else Print(totals.Line(model));
        if (totals.LeftOut.Count > 0)
            Talk.Say(FormattableString.Invariant($"no slices, for more than {FileTotals.MostValues} values or one of more than ")
                + FormattableString.Invariant($"{FileTotals.LongestValue} characters: {string.Join(", ", totals.LeftOut)}"));
    }

    static void Print(AggregatesLine line)
    {
        if (line.Model is not null) Console.Out.WriteLine(SafeText.Of(line.Model));
        Tables.Write(["metric", ">mean", ">standard error", ">n", ">failed"], line.Aggregates.Select(Cells));
        if (line.Slices is null) return;
        Tables.Write(["slice", "value", "metric", ">mean", ">standard error", ">n", ">failed"],
            from slice in line.Slices
            from value in slice.Value
            from metric in value.Value
            select (string[])[slice.Key, value.Key, .. Cells(metric)]);
    }

    static string[] Cells(KeyValuePair<string, AggregateLine> metric) =>
    [
        metric.Key, Figures.Of(metric.Value.Mean), Figures.Of(metric.Value.StandardError), Figures.Of(metric.Value.N),
        Figures.Of(metric.Value.Failed),
    ];
}
