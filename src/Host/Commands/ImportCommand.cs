using System.CommandLine;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Actors.Transfer;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Commands;

/// <summary><c>import</c>: takes a run in that <c>export</c> wrote.</summary>
static class ImportCommand
{
    public static Command Create()
    {
        var file = Options.File("A file that export wrote.");
        var (data, json) = (Options.Data(), Options.Json());
        var force = new Option<bool>("--force") { Description = "Takes in also a run that was deleted here." };
        var command = new Command("import", "Takes a run in from a file, after everything in it was verified.") { file, data, force, json };
        command.SetAction(parse => Execute(parse.GetRequiredValue(file), parse.GetValue(data), parse.GetValue(force), parse.GetValue(json)));
        return command;
    }

    static int Execute(string file, string? data, bool force, bool json)
    {
        if (!File.Exists(file)) return Talk.Refuse(ExitCode.NotFound, $"there is no file {file}");
        Intake intake;
        try { intake = RunArchive.Import(file, data, force, TimeProvider.System); }
        catch (RunDeletedException deleted) { return Talk.Refuse(ExitCode.Failed, $"{deleted.Message}. Nothing was changed; --force takes it in all the same"); }
        using (var directory = DataDirectory.OpenForReading(data)) UnfinishedRuns.Offer(directory);
        IntakeOutput.Write(intake, Path.GetFullPath(data ?? DataDirectory.DefaultPath), json);
        return ExitCode.Done;
    }
}
