using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Html;
using ActorRlhf.Host.Report.Markdown;
using ActorRlhf.Host.Report.Sections;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Report.Making;

/// <summary>
/// Makes reports from the logs of a data directory. The same stamp gives the same bytes, on every machine, in every culture and time zone,
/// however far the runs have gone on since.
/// </summary>
/// <param name="store">The data directory.</param>
sealed class ReportMaker(Store store)
{
    readonly RunReader _reader = new(store);

    /// <summary>What a report of these runs would be made from by now.</summary>
    /// <param name="names">The runs; one that is named twice counts once.</param>
    /// <param name="make"><c>html</c>, <c>md</c>, <c>svg</c> or <c>png</c>.</param>
    /// <param name="figure">The single figure; null for a report, and for the first figure where only one is wanted.</param>
    /// <exception cref="RunNotFoundException">One of them is not there.</exception>
    public ReportStamp Stamp(IReadOnlyList<string> names, string make, string? figure) => new(
        ReportStamp.CurrentFormat, make, figure,
        [
            .. names.Select(_reader.Open).DistinctBy(run => run.Id)
                .Select(run => new ReportStamp.OfRun(run.Id.Value, run.Head.ToString(), run.EvaluationHead.ToString())),
        ]);

    /// <summary>Whether the logs have all that a stamp says.</summary>
    public bool Has(ReportStamp stamp) => stamp.Format == ReportStamp.CurrentFormat && stamp.Runs.All(one => TryRead(one) is not null);

    /// <summary>The text of a report.</summary>
    /// <exception cref="ReportFigureException">It has no such figure.</exception>
    /// <exception cref="RunNotFoundException">The log has no such run, or none that ever had these heads.</exception>
    public string Text(ReportStamp stamp)
    {
        var runs = Read(stamp);
        return stamp.Make switch
        {
            "html" => ReportPage.Of(stamp, runs),
            "md" => ReportMarkdown.Of(stamp, runs),
            "svg" => Svg(stamp, ChartOf(stamp, runs)),
            _ => throw new NotSupportedException($"a report is no {stamp.Make}"),
        };
    }

    /// <summary>A single figure as a picture.</summary>
    /// <exception cref="ReportFigureException">There is no such figure.</exception>
    public byte[] Png(ReportStamp stamp) => PngFigure.Of(ChartOf(stamp, Read(stamp)));

    RunContent[] Read(ReportStamp stamp) =>
    [
        .. stamp.Runs.Select(one => RunContent.Of(
            store, TryRead(one) ?? throw new RunNotFoundException(one.Run, store.Place), one, stamp.Runs.Count)),
    ];

    RunRecord? TryRead(ReportStamp.OfRun one)
    {
        if (!RunId.TryParse(one.Run, out var id) || !_reader.Has(id)) return null;
        try { return _reader.Read(id).AsOf(StreamHead.Parse(one.Training), StreamHead.Parse(one.Evaluations)); }
        catch (FormatException) { return null; }
    }

    static string Svg(ReportStamp stamp, Chart chart)
    {
        var markup = new Markup();
        markup.Raw(stamp.Comment()).Line();
        SvgFigure.WriteAlone(markup, chart, PageFiles.ChartStyle);
        return markup.Raw(stamp.Comment()).Line().ToString();
    }

    static Chart ChartOf(ReportStamp stamp, RunContent[] runs)
    {
        var charts = runs is [var only] ? RunChapter.Figures(only) : Overlay.All(runs);
        var preferred = stamp.Figure ?? (runs.Length == 1 ? "score-steps" : "overlay");
        return charts.FirstOrDefault(chart => chart.Name == preferred) ?? (stamp.Figure is null && charts.Count > 0
            ? charts[0]
            : throw new ReportFigureException(preferred, [.. charts.Select(chart => chart.Name)]));
    }
}
