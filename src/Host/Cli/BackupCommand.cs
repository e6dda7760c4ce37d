using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Cli;

/// <summary><c>backup</c>: the whole data directory in one file, while training goes on.</summary>
static class BackupCommand
{
    public static Command Create()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var output = Options.Output("FILE", "The file to write; an earlier archive of that name is replaced.");
        var command = new Command(
            "backup",
            "Writes the whole data directory (every run with its artefacts, no log files) into one file, also while runs go on; "
                + "'restore' makes a data directory of it.")
        {
            output, data, json,
        };
        command.SetAction(parse => Execute(parse.GetRequiredValue(output), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string output, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        OutputPath.ThrowIfIn(directory, output);
        ArchiveOutput.Write(DataBackup.Write(directory.Store, output), null, json);
        return ExitCode.Done;
    }
}
