using System.CommandLine;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Commands;

/// <summary>The earliest fault as <c>--json</c> prints it.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Sequence">The first altered, missing or foreign sequence number.</param>
/// <param name="Kind">One of <see cref="AuditFindingKind"/> in lower case.</param>
/// <param name="Detail">What was expected and what was found.</param>
sealed record FaultLine(string Stream, long Sequence, string Kind, string Detail)
{
    public static FaultLine? Of(AuditFinding? finding) => finding is null ? null : new(finding.Stream, finding.Sequence, finding.Kind.ToString().ToLowerInvariant(), finding.Detail);
}

/// <summary>The object of <c>audit</c>.</summary>
/// <param name="Ok">Whether all is well.</param>
/// <param name="Events">Events whose hash holds.</param>
/// <param name="Artefacts">Files whose hash holds.</param>
/// <param name="Recomputed">Steps that were executed again.</param>
/// <param name="Head">The last event of the training stream that is linked to its beginning, <c>SEQUENCE:HASH</c>.</param>
/// <param name="FirstBad">The earliest fault; null if all is well.</param>
sealed record AuditLine(bool Ok, long Events, int Artefacts, IReadOnlyList<int> Recomputed, string Head, FaultLine? FirstBad)
{
    public static AuditLine Of(AuditReport report) => new(report.Ok, report.Events, report.Artefacts, [], report.Head.ToString(), FaultLine.Of(report.FirstBad));
}

/// <summary><c>audit</c>: whether a run's log is whole and its numbers follow from each other.</summary>
static class AuditCommand
{
    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var head = new Option<StreamHead?>("--head")
        {
            Description = "A head that was printed before, by which a tail is found that was cut off or written anew.",
            HelpName = "SEQ:HASH",
            CustomParser = result =>
            {
                try { return StreamHead.Parse(result.Tokens[0].Value); }
                catch (FormatException wrong)
                {
                    result.AddError($"--head: {wrong.Message}");
                    return null;
                }
            },
        };
        var command = new Command("audit", "Proves that a run's log was not altered and that its numbers follow from each other, or names the first event that is wrong.") { run, head, data, json };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetValue(head), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string name, StreamHead? head, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var report = RunAudit.Of(directory, new RunReader(directory).Find(name), head, IsBeingWritten(data));
        if (json) JsonOutput.Write(AuditLine.Of(report));
        else Print(report);
        return report.Ok ? ExitCode.Done : ExitCode.Failed;
    }

    static bool IsBeingWritten(string? data)
    {
        try { return DataDirectory.WriterOf(data) is not null; }
        catch (DataDirectoryInUseException) { return true; }
    }

    static void Print(AuditReport report)
    {
        Tables.Write(["", ""],
        [
            ["run", report.Run.Value],
            .. report.Streams.Select(stream => new[] { stream.Stream, $"{Figures.Of(stream.Events)} events linked" }),
            ["artefacts", $"{Figures.Of(report.Artefacts)} give their hashes"],
            ["arithmetic", $"{Figures.Of(report.Steps)} steps and {Figures.Of(report.Evaluations)} held-out evaluations computed again"],
            ["head", report.Head.ToString()],
            ["verdict", report.FirstBad is { } bad ? $"{bad.Kind.ToString().ToLowerInvariant()} at {bad.Stream} {Figures.Of(bad.Sequence)}" : "all is well"],
        ]);
        if (report.FirstBad is { } fault) Talk.Say($"{fault.Stream}, event {Figures.Of(fault.Sequence)}: {fault.Detail}");
    }
}
