using System.Diagnostics;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Sqlite;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Benchmarks;

/// <summary>How fast a run is rebuilt from its log, chain verified: a synthetic log of a million events, and a run that was really trained.</summary>
public static class ReplaySpeed
{
    const int Batch = 512;

    /// <summary>Prints a row for each log.</summary>
    /// <param name="events">Of the synthetic log's training stream.</param>
    public static async Task<int> RunAsync(int events = 1_000_000)
    {
        var data = Directory.CreateTempSubdirectory("actorrlhf-replay-").FullName;
        try
        {
            await WriteAsync(data, RunId.Parse("synthetic"), events);
            TrainProcess.Run(data, "pocket-tiny");
            Console.WriteLine("| log | events | events/s | MB/s | bytes per event | seconds | peak memory growth |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
            // Once for the just-in-time compiler: a log of a few dozen events would measure nothing else.
            foreach (var name in (string[])["pocket-tiny", "synthetic", "pocket-tiny"]) Row(data, name);
        }
        finally { Directory.Delete(data, recursive: true); }
        return 0;
    }

    static async Task WriteAsync(string folder, RunId run, int events)
    {
        using var data = DataDirectory.OpenForWriting(folder, TimeProvider.System);
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("bench", akka => akka.WithJournal(JournalSettings.Sqlite(data.JournalFile)))).Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var log = new SyntheticLog();
        var clock = Stopwatch.StartNew();
        var written = await StoreAsync(run.TrainingStream, log.Training(events)) + await StoreAsync(run.EvaluationStream, log.Evaluations());
        Console.WriteLine($"{written} events written in {clock.Elapsed.TotalSeconds:0} s, {Batch} a transaction: {written / clock.Elapsed.TotalSeconds:0} events/s\n");
        await host.StopAsync();

        async Task<long> StoreAsync(string stream, IEnumerable<IEvent> facts)
        {
            var writer = system.ActorOf(BulkWriter.Props(stream, EventCatalogue.Known));
            var last = 0L;
            foreach (var batch in facts.Chunk(Batch)) last = await writer.Ask<long>(batch);
            return last;
        }
    }

    static void Row(string folder, string name)
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
        Console.WriteLine($"| {name} | {replay.Events} | {replay.Events / seconds:0} | {replay.Bytes / seconds / 1e6:0.0} | {(double)replay.Bytes / replay.Events:0} | {seconds:0.000} | {(process.PeakWorkingSet64 - before) / 1e6:0.0} MB |");
    }
}
