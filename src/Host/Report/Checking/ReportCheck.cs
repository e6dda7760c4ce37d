using System.Text;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Making;

namespace ActorRlhf.Host.Report.Checking;

/// <summary>What became of making a report again from the log and comparing the two.</summary>
/// <param name="File">The report.</param>
/// <param name="Format"><c>html</c>, <c>md</c> or <c>svg</c>.</param>
/// <param name="Agrees">Whether not a byte differs.</param>
/// <param name="Numbers">Numbers that were compared.</param>
/// <param name="Differences">The first ones, in the order of the file.</param>
/// <param name="LeftOut">How many more there are.</param>
/// <param name="Runs">The runs of the report.</param>
sealed record ReportCheck(
    string File, string Format, bool Agrees, int Numbers, IReadOnlyList<ReportDifference> Differences, int LeftOut,
    IReadOnlyList<ReportCheck.OfRun> Runs)
{
    const long MostBytes = 64 << 20;
    const int MostShown = 20;

    /// <summary>A run of the report.</summary>
    /// <param name="Run">Its id.</param>
    /// <param name="Training">The head of its training stream that the report is of.</param>
    /// <param name="Evaluations">The same of its evaluation stream.</param>
    /// <param name="Step">The run's step then.</param>
    /// <param name="StepNow">Its step now.</param>
    /// <param name="GoneOn">Whether its log has more by now.</param>
    public sealed record OfRun(string Run, string Training, string Evaluations, int Step, int StepNow, bool GoneOn);

    /// <summary>Verifies a report.</summary>
    /// <param name="path">The file, which is there.</param>
    /// <param name="store">Where its runs are.</param>
    /// <exception cref="ReportFileException">It is no report, or too large, or of another format.</exception>
    /// <exception cref="RunNotFoundException">The log does not have one of its runs.</exception>
    public static ReportCheck Of(string path, Store store)
    {
        if (new FileInfo(path).Length is > MostBytes and var bytes)
            throw new ReportFileException(path, FormattableString.Invariant($"has {bytes} bytes; a report has {MostBytes} at most"));
        var content = System.IO.File.ReadAllBytes(path);
        var text = Encoding.UTF8.GetString(content);
        var stamps = ReportStamp.In(text);
        if (stamps.Count == 0) throw new ReportFileException(path,
            "is no report: expected HTML, Markdown or SVG that 'report' wrote, with its stamp");
        var maker = new ReportMaker(store);
        var reader = new RunReader(store);
        if (stamps.FirstOrDefault(maker.Has) is not { } stamp) return WithoutLog(path, stamps[0], reader);
        var made = maker.Text(stamp);
        var found = DifferenceFinder.Between(text, made, stamp.Make);
        if (found.Count == 0 && !content.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(made)))
            found = [new ReportDifference("the whole file", "bytes that are no UTF-8", "UTF-8")];
        return new ReportCheck(
            path, stamp.Make, found.Count == 0, DifferenceFinder.Numbers(made), [.. found.Take(MostShown)],
                Math.Max(0, found.Count - MostShown),
            [.. stamp.Runs.Select(run => Of(run, reader))]);
    }

    static OfRun Of(ReportStamp.OfRun stamp, RunReader reader)
    {
        var now = reader.Open(stamp.Run);
        var then = now.AsOf(Actors.Log.Chain.StreamHead.Parse(stamp.Training), Actors.Log.Chain.StreamHead.Parse(stamp.Evaluations))!;
        return new OfRun(
            stamp.Run, stamp.Training, stamp.Evaluations, then.State.Step, now.State.Step,
            now.Head != then.Head || now.EvaluationHead.ToString() != stamp.Evaluations);
    }

    /// <summary>The log never ended as the report says.</summary>
    static ReportCheck WithoutLog(string path, ReportStamp stamp, RunReader reader)
    {
        if (stamp.Format != ReportStamp.CurrentFormat)
            throw new ReportFileException(path, FormattableString.Invariant(
                $"is of format {stamp.Format}, and this build makes {ReportStamp.CurrentFormat}: verify it with the build that made it"));
        var differences = stamp.Runs.Select(run =>
        {
            var record = reader.Open(run.Run);
            return new ReportDifference(
                $"heads of run {run.Run}", $"training {run.Training}, evaluations {run.Evaluations}",
                $"no such events; it ends with training {record.Head}, evaluations {record.EvaluationHead}");
        }).ToArray();
        return new ReportCheck(path, stamp.Make, false, 0, differences, 0, []);
    }
}
