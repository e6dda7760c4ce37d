using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>import</c>: takes a run in that <c>export</c> wrote.</summary>
static class ImportCommand
{
    public static Command Create()
    {
        var file = Options.File("A file that 'export' wrote (without --format).");
        var (data, json) = (Options.Data(), Options.Json());
        var force = new Option<bool>("--force") { Description = "Takes in also a run that was deleted here with 'runs delete'." };
        var command = new Command(
            "import",
            "Takes in the run that is in a file, with the runs that it was forked from, after everything in the file was verified; "
                + "what is here already stays as it is.")
        {
            file, data, force, json,
        };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(file), parse.GetValue(data), parse.GetValue(force), parse.GetValue(json)));
        return command;
    }

    static int Execute(string file, string? data, bool force, bool json)
    {
        if (ArchiveArgument.Problem(file, "export") is { } problem) return Talk.Refuse(ExitCode.NotFound, problem);
        Intake intake;
        try { intake = RunArchive.Import(file, data, force, TimeProvider.System); }
        catch (RunDeletedException deleted)
        {
            return Talk.Refuse(ExitCode.Failed, $"{deleted.Message}. Nothing was changed; --force takes it in all the same");
        }
        using (var directory = DataDirectory.OpenForReading(data)) UnfinishedRuns.Offer(directory);
        IntakeOutput.Write(intake, Path.GetFullPath(data ?? DataDirectory.DefaultPath), json);
        return ExitCode.Done;
    }
}
