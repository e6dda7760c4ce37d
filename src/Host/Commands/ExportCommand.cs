using System.CommandLine;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Transfer;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Exports;

namespace ActorRlhf.Host.Commands;

/// <summary><c>export</c>: a run in one file, for another machine, or as tables for other programs.</summary>
static class ExportCommand
{
    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var output = Options.Output("PATH", "The file to write, replaced if it is there; with --format a directory that is new, empty or holds an earlier export.");
        var format = new Option<string?>("--format") { Description = "Writes tables instead, steps and completions: JSON lines, Parquet or CSV." }.OneOf([.. ExportFormat.All.Select(one => one.Extension)]);
        var command = new Command("export", "Writes a run into one file (events, artefacts and head) that 'import' takes in, or as tables; also while it goes on.") { run, output, format, data, json };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetRequiredValue(output), ExportFormat.All.SingleOrDefault(one => one.Extension == parse.GetValue(format)), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string name, string output, ExportFormat? format, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory).Open(name);
        if (format is null) ArchiveOutput.Write(RunArchive.Export(directory, run.Id, output), run.Id, json);
        else Write(TableExport.Write([RunTables.Steps(run), RunTables.Completions(run)], format, output), json);
        return ExitCode.Done;
    }

    static void Write(IReadOnlyList<ExportedTable> tables, bool json)
    {
        if (json) foreach (var table in tables) JsonOutput.Write(table);
        else Tables.Write(["file", ">rows"], tables.Select(table => new[] { table.File, Figures.Of(table.Rows) }));
    }
}
