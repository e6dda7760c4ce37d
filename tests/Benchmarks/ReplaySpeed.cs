using System.Diagnostics;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// How fast a run is rebuilt from its log, chain verified: a synthetic
/// log of a million events, and a run that was really trained.
/// </summary>
static class ReplaySpeed
{
    /// <summary>Prints a row for each log.</summary>
    /// <param name="events">Of the synthetic log's training stream.</param>
    public static async Task<int> RunAsync(int events = 1_000_000)
    {
        var data = Directory.CreateTempSubdirectory("actorrlhf-replay-").FullName;
        try
        {
            var (run, log) = (RunId.Parse("synthetic"), new SyntheticLog());
            await LongLogs.WriteAsync(data, (run.TrainingStream, log.Training(events)), (run.EvaluationStream, log.Evaluations()));
            TrainProcess.Run(data, "pocket-tiny");
            Console.WriteLine("| log | events | events/s | MB/s | bytes per event | seconds | peak memory growth |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
            // Once for the just-in-time compiler: a log of a few dozen events would measure nothing else.
            foreach (var name in (string[])["pocket-tiny", "synthetic", "pocket-tiny"]) Row(data, name);
        }
        finally { Directory.Delete(data, recursive: true); }
        return 0;
    }

    /// <summary>Prints the row of one.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="name">Which run.</param>
    public static void Row(string folder, string name)
    {
        using var data = DataDirectory.OpenForReading(folder);
        var reader = new RunReader(data.Store);
        var streams = reader.Streams(reader.Find(name));
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        File.WriteAllText("/proc/self/clear_refs", "5"); // Linux: the peak begins anew
        var clock = Stopwatch.StartNew();
        var replay = RunReplay.Of(streams);
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        if (!replay.EqualsCompleted) throw new InvalidOperationException($"{name} did not end");
        Console.WriteLine($"| {name} | {replay.Events} | {replay.Events / seconds:0} | {replay.Bytes / seconds / 1e6:0.0} | "
            + $"{(double)replay.Bytes / replay.Events:0} | {seconds:0.000} | "
            + $"{(process.PeakWorkingSet64 - before) / 1e6:0.0} MB |");
    }
}
