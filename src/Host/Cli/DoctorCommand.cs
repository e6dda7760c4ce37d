using System.CommandLine;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Diagnosis;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>doctor</c>: whether training would work on this machine, and in this data directory.</summary>
static class DoctorCommand
{
    public static Command Create()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("doctor", "Checks this machine and the data directory; exit code 1 if training would fail.")
        {
            data, json,
        };
        command.SetAction(parse => Execute(parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string? data, bool json)
    {
        var report = Doctor.Examine(data);
        if (json) JsonOutput.Write(report);
        else Print(report);
        if (!json) foreach (var finding in report.Problems.Concat(report.Notes)) Talk.Say(finding);
        return report.Ok ? ExitCode.Done : ExitCode.Failed;
    }

    static void Print(DoctorReport report) => Tables.Write(["", ""],
    [
        ["version", report.Version],
        ["runtime", $"{report.DotNet} on {report.System}"],
        ["cores", $"{Figures.Of(report.Cpu.Cores)}; recipes use {Figures.Of(report.Cpu.Threads)} threads unless they say otherwise"],
        ["vectors", $"{Figures.Of(report.Cpu.VectorBits)} bits: {string.Join(", ", report.Cpu.Features)}"],
        ["libtorch", report.Torch is { } torch
            ? $"{torch.Version} (TorchSharp {torch.TorchSharp}) from {torch.Path ?? "an unknown place"}"
            : "not loaded"],
        ["device", report.Torch?.Device ?? ""],
        ["data directory", $"{report.Data.Path}, {(report.Data.Exists ? "there" : "not made yet")}, "
            + (report.Data.Writable ? "writable" : "not writable")],
        ["free disk", report.Data.FreeBytes is { } free ? Readable.Bytes(free) : "unknown"],
        ["writer", report.Data.Writer?.ToString() ?? "nobody"],
        ["SQLite", report.Sqlite is { } sqlite
            ? $"{sqlite.Version}, journal_mode {sqlite.JournalMode}, synchronous {Figures.Of(sqlite.Synchronous)}"
                + (sqlite.JournalFileMode is { } mode ? $"; the journal there: {mode}" : "")
            : "not usable"],
        ["sandbox", report.Sandbox.Available ? report.Sandbox.Description : "none"],
        .. report.Postgres is { } postgres
            ? [["PostgreSQL", $"{postgres.Version}, fsync {postgres.Fsync}, synchronous_commit {postgres.SynchronousCommit}, "
                + $"full_page_writes {postgres.FullPageWrites}"]]
            : Array.Empty<string[]>(),
    ]);
}
