using System.CommandLine;
using System.Diagnostics;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>replay</c>: a run's state, metrics and curve as of any step, from its events alone.</summary>
static class ReplayCommand
{
    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var at = Options.OptionalNumber(
            "--at",
            "STEP",
            "Stops right after the last event of this step; 0 is before RL. The end of the log unless given.",
            0,
            int.MaxValue);
        var command = new Command("replay", "Rebuilds a run's state and metrics from its events alone; changes nothing.")
        {
            run, at, data, json,
        };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetValue(at), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static int Execute(string name, int? at, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        var streams = reader.Streams(reader.Find(name));
        var clock = Stopwatch.StartNew();
        var replay = RunReplay.Of(streams, at);
        var line = ReplayLine.Of(replay, clock);
        if (json) JsonOutput.Write(line);
        else Print(replay, line, clock.Elapsed);
        return ExitCode.Done;
    }

    static void Print(RunReplay replay, ReplayLine line, TimeSpan took)
    {
        var status = replay.State.Status.ToString().ToLowerInvariant();
        Tables.Write(["", ""],
        [
            ["run", line.Run], ["recipe", replay.Plan.Name],
            ["state", replay.State.Reason is { } reason ? $"{status}: {reason}" : status],
            ["step", $"{Figures.Of(line.Step)} of {Figures.Of(replay.Plan.Steps)}"],
            ["weights", replay.State.Weights?.ToString() ?? "none yet"],
            ["head", replay.Head.ToString()],
            ["trajectory", replay.Trajectory.ToString()],
            ["state hash", $"{line.StateHash}{(replay.EqualsCompleted ? " (equals run.completed)" : "")}"],
            ["events", $"{Figures.Of(line.Events)} in {Readable.Of(took)}, {Readable.Rough(line.EventsPerSecond)} events/s, "
                + $"{Readable.Rough((double)replay.Bytes / line.Events)} bytes per event; the chain holds"],
        ]);
        MetricsTables.Write(Line(replay.LastMetrics), Line(replay.LastEvaluation));
        foreach (var text in HeldoutPlot.Lines(replay.Curve)) Console.Out.Write(text + "\n");
    }

    static MetricsLine? Line(StepMetrics? metrics) => metrics is null ? null : MetricsLine.Of(metrics);
}
