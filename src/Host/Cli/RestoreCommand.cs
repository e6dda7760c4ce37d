using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>restore</c>: a data directory from a backup.</summary>
static class RestoreCommand
{
    public static Command Create()
    {
        var file = Options.File("A file that 'backup' wrote.");
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command(
            "restore",
            "Makes a data directory from a backup, after everything in it was verified; the directory must be new or empty.")
        {
            file, data, json,
        };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(file), parse.GetValue(data) ?? DataDirectory.DefaultPath, parse.GetValue(json)));
        return command;
    }

    static int Execute(string file, string data, bool json)
    {
        if (ArchiveArgument.Problem(file, "backup") is { } problem) return Talk.Refuse(ExitCode.NotFound, problem);
        var intake = DataBackup.Restore(file, data, TimeProvider.System);
        using (var directory = DataDirectory.OpenForReading(data)) UnfinishedRuns.Offer(directory);
        IntakeOutput.Write(intake, Path.GetFullPath(data), json);
        return ExitCode.Done;
    }
}
