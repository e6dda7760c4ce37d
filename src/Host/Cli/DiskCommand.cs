using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>disk</c>: who uses how much of a data directory, and what nobody needs.</summary>
static class DiskCommand
{
    public static Command Create()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var collect = new Option<bool>("--collect")
        {
            Description = "Removes artefacts that no run needs, and what killed processes left; nobody may be training.",
        };
        var command = new Command("disk", "Shows who uses how much of the data directory.") { data, collect, json };
        command.SetAction(parse => Execute(parse.GetValue(data), parse.GetValue(collect), parse.GetValue(json)));
        return command;
    }

    static int Execute(string? data, bool collect, bool json)
    {
        DataDirectory.OpenForReading(data).Dispose(); // looking makes no directory
        using var directory = collect ? DataDirectory.OpenForWriting(data, TimeProvider.System) : DataDirectory.OpenForReading(data);
        FileUse? collected = null;
        try { if (collect) collected = ArtefactCollection.Collect(directory.Store); }
        catch (Exception damaged) when (RunDamage.Is(damaged))
        {
            return Talk.Refuse(ExitCode.Failed, $"nothing was removed: a run cannot be read ({damaged.Message}), so nobody knows what it "
                + "needs; import an export of it, or delete it with 'runs delete RUN --force'");
        }
        if (collect) UnfinishedRuns.Offer(directory);
        var use = DirectoryUse.Of(directory);
        if (json) Write(use, collected);
        else Print(use);
        if (collected is not null)
            Talk.Say($"removed {Counted.Of(collected.Files, "artefact")} that no run needed, {Readable.Bytes(collected.Bytes)}");
        foreach (var problem in use.Problems)
            Talk.Say($"run {problem.Key} cannot be read, so its artefacts count as orphaned: {problem.Value}");
        return use.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    static void Write(DirectoryUse use, FileUse? collected) => JsonOutput.Write(new
    {
        use.Path,
        Runs = use.Runs.Select(RunUseLine.Of),
        use.Database,
        use.Artefacts,
        use.Orphans,
        use.Temporary,
        use.Logs,
        use.Other,
        use.TotalBytes,
        Collected = collected,
    });

    static void Print(DirectoryUse use)
    {
        string[] headings = ["run", ">events", ">size", ">artefacts", ">size", ">its own", ">shared", ">missing"];
        Tables.Write(headings, use.Runs.Select(RunUseLine.Of).Select(run => new[]
        {
            run.Run, Figures.Of(run.Events), Readable.Bytes(run.EventBytes), Figures.Of(run.Artefacts), Readable.Bytes(run.ArtefactBytes),
            Readable.Bytes(run.ExclusiveBytes), Readable.Bytes(run.SharedBytes), Figures.Of(run.Missing),
        }));
        (string Name, FileUse Use)[] kinds =
        [
            ("journal", use.Database), ("artefacts of runs", use.Artefacts), ("orphaned artefacts", use.Orphans),
            ("temporary", use.Temporary), ("logs", use.Logs), ("other", use.Other),
        ];
        Tables.Write(["", ">files", ">size"],
        [
            .. kinds.Select(kind => new[] { kind.Name, Figures.Of(kind.Use.Files), Readable.Bytes(kind.Use.Bytes) }),
            ["total", Figures.Of(kinds.Sum(kind => kind.Use.Files)), Readable.Bytes(use.TotalBytes)],
        ]);
    }
}
