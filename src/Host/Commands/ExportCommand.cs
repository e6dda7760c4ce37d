using System.CommandLine;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Transfer;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Commands;

/// <summary><c>export</c>: a run in one file, for another machine.</summary>
static class ExportCommand
{
    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var output = Options.Output("FILE", "The file to write; replaced if it is there.");
        var command = new Command("export", "Writes a run into one file: events, artefacts and head; also while it goes on.") { run, output, data, json };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetRequiredValue(output), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string name, string output, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory).Open(name).Id;
        ArchiveOutput.Write(RunArchive.Export(directory, run, output), run, json);
        return ExitCode.Done;
    }
}
