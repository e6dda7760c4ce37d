using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>runs delete</c>: removes a run and what it alone needs; a tombstone stays.</summary>
static class RunsDeleteCommand
{
    /// <param name="source">Options of <c>runs</c>.</param>
    /// <param name="json">Option of <c>runs</c>.</param>
    public static Command Create(SourceOptions source, Option<bool> json)
    {
        // Not the beginning of an id: what one letter means changes with every new run.
        var run = new Argument<string>("RUN")
        {
            Description = "The whole id of the run, as 'runs' lists it; neither the beginning of it nor latest.",
        };
        var force = new Option<bool>("--force")
        {
            Description = "Deletes also a run that has not come to its end, or whose log is damaged.",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; it is kept with the run's id and head.",
            HelpName = "TEXT",
            DefaultValueFactory = _ => "no reason given",
        };
        var command = new Command(
            "delete",
            "Deletes a run and the artefacts that no other run needs, for good; 'export' keeps a copy. "
                + "Its id, its head and the reason stay on record.")
        {
            run, force, reason,
        };
        command.SetAction(async (parse, ct) =>
        {
            var (name, why, isForced) = (parse.GetRequiredValue(run), parse.GetValue(reason)!, parse.GetValue(force));
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            Print(host is null
                ? Delete(name, parse.GetValue(source.Data), isForced, why)
                : await host.DeleteAsync<DeletionResult>(
                    $"{HostRuns.PathOf(name)}?force={(isForced ? "true" : "false")}&reason={Uri.EscapeDataString(why)}", ct)
                    .ConfigureAwait(false), parse.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    static DeletionResult Delete(string name, string? data, bool force, string reason)
    {
        DataDirectory.OpenForReading(data).Dispose(); // deleting makes no directory
        using var directory = DataDirectory.OpenForWriting(data, TimeProvider.System);
        if (!RunId.TryParse(name, out var run)) throw new RunNotFoundException(name, directory.Path);
        var deleted = RunDeletion.Delete(directory.Store, run, force, reason, TimeProvider.System);
        UnfinishedRuns.Offer(directory);
        return deleted;
    }

    static void Print(DeletionResult deleted, bool json)
    {
        if (json) JsonOutput.Write(deleted);
        else Tables.Write(["", ""],
        [
            ["deleted", deleted.Run],
            ["its head was", deleted.Head ?? "not known, because its log was damaged"],
            ["artefacts removed", $"{Figures.Of(deleted.Artefacts)} ({Readable.Bytes(deleted.Bytes)})"],
            ["artefacts kept", deleted.Head is null
                ? "all, for 'disk --collect' to judge"
                : $"{Figures.Of(deleted.Kept)} that other runs need"],
        ]);
    }
}
