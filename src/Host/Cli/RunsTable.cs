using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary>Lines of runs as a table.</summary>
static class RunsTable
{
    static readonly string[] s_headings = ["run", "recipe", ">seed", "state", ">step", "began", "head"];
    // A narrow terminal gets less rather than broken words; 'show' and --json have all.
    static readonly int[][] s_layouts = [[0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5], [0, 2, 3, 4, 5]];

    /// <summary>Writes it, and behind it which steps of a run were not applied.</summary>
    /// <param name="runs">In the order in which they are shown.</param>
    /// <param name="attendance">Who is at work at them.</param>
    public static void Write(IReadOnlyList<RunLine> runs, Attendance attendance)
    {
        string[][] rows = [.. runs.Select(run => Row(run, attendance))];
        bool Fits(int[] columns) => Tables.Fits(Chosen(s_headings, columns), rows.Select(row => Chosen(row, columns)));
        if (Array.Find(s_layouts, Fits) is { } fitting)
            Tables.Write(Chosen(s_headings, fitting), rows.Select(row => Chosen(row, fitting)));
        else foreach (var row in rows)
            Console.Out.Write(SafeText.Of($"{row[0]}\n  {row[1]}, seed {row[2]}\n  {row[3]}, step {row[4]}\n  began {row[5]}\n"));
        foreach (var run in runs)
            if (StepsNotApplied.Words(run.NotApplied, run.Step) is { } notApplied)
                Console.Out.Write($"{run.Run}: {Tables.OneLine(notApplied)}\n");
    }

    static string[] Row(RunLine run, Attendance attendance) =>
    [
        run.Run,
        run.Recipe,
        run.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Standing.Words(run, attendance),
        $"{Figures.Of(run.Step)}/{Figures.Of(run.Steps)}",
        run.Started is { } began ? Figures.Of(began) : "",
        run.Head,
    ];

    static string[] Chosen(string[] cells, int[] columns) => [.. columns.Select(column => cells[column])];
}
