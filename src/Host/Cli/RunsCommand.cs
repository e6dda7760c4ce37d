using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Cli;

/// <summary><c>runs</c>: the runs of a data directory, in the order in which they were asked for.</summary>
static class RunsCommand
{
    static readonly string[] s_headings = ["run", "recipe", ">seed", "state", ">step", "began", "head"];
    // A narrow terminal gets less rather than broken words; 'show' and --json have all.
    static readonly int[][] s_layouts = [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5], [0, 2, 3, 4, 5]];

    public static Command Create()
    {
        // Recursive: before or after "delete", they are the same options.
        var (data, json) = (Options.Data(), Options.Json());
        (data.Recursive, json.Recursive) = (true, true);
        var command = new Command("runs", "Lists the runs, oldest first.") { data, json, RunsDeleteCommand.Create(data, json) };
        command.SetAction(parse => Execute(parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        using var held = directory.Store.Journal.Hold();
        var ids = reader.Runs();
        var read = ids.AsParallel().AsOrdered().Select(id => TryRead(reader, id)).OfType<RunRecord>();
        RunRecord[] runs = [.. read.OrderBy(run => run.AskedFor)];
        if (json) foreach (var run in runs) JsonOutput.Write(RunLine.Of(run));
        else Print(runs, directory);
        return runs.Length == ids.Count ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>A run; null, after saying why, for one that is damaged: the others are listed all the same.</summary>
    static RunRecord? TryRead(RunReader reader, RunId id)
    {
        try { return reader.Read(id); }
        catch (Exception damaged) when (RunDamage.Is(damaged))
        {
            Talk.Say($"run {id} cannot be read: {damaged.Message}");
            return null;
        }
    }

    static void Print(RunRecord[] runs, DataDirectory directory)
    {
        var abandoned = runs.Where(run => Standing.IsAbandoned(RunLine.Of(run), directory)).Select(run => run.Id).ToHashSet();
        string[][] rows = [.. runs.Select(run => Row(run, abandoned.Contains(run.Id)))];
        bool Fits(int[] columns) => Tables.Fits(Chosen(s_headings, columns), rows.Select(row => Chosen(row, columns)));
        if (Array.Find(s_layouts, Fits) is { } fitting)
            Tables.Write(Chosen(s_headings, fitting), rows.Select(row => Chosen(row, fitting)));
        else foreach (var row in rows)
            Console.Out.Write(SafeText.Of($"{row[0]}\n  {row[1]}, seed {row[2]}\n  {row[3]}, step {row[4]}\n  began {row[5]}\n"));
        foreach (var run in runs)
            if (StepsNotApplied.Words(run.State.NotApplied, run.State.Step) is { } notApplied)
                Console.Out.Write($"{run.Id}: {Tables.OneLine(notApplied)}\n");
        if (abandoned.Count > 0)
            Talk.Say($"note: to let a run go on that nobody is training: {NextCommand.Of("train --resume", "RUN", directory)}");
    }

    static string[] Row(RunRecord run, bool abandoned)
    {
        var line = RunLine.Of(run);
        return
        [
            line.Run,
            line.Recipe,
            line.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Standing.Words(line, abandoned),
            $"{Figures.Of(line.Step)}/{Figures.Of(line.Steps)}",
            run.Began is { } began ? Figures.Of(began) : "",
            line.Head,
        ];
    }

    static string[] Chosen(string[] cells, int[] columns) => [.. columns.Select(column => cells[column])];
}
