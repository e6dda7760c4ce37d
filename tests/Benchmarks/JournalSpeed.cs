using System.Diagnostics;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Randomness;
using Akka.Actor;
using Akka.Hosting;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// What keeping a step costs: four events with payloads of 6 KB in one transaction and two artefacts of 60 KB, all durable.
/// </summary>
public static class JournalSpeed
{
    const int EventBytes = 6 * 1024, EventsPerStep = 4, ArtefactBytes = 60 * 1024, ArtefactsPerStep = 2, WarmUpSteps = 50;

    /// <summary>
    /// Prints milliseconds per step, for the artefacts and for the events,
    /// and events per second of reading, verifying and recovering.
    /// </summary>
    /// <param name="steps">Steps to measure, after a warm-up.</param>
    public static async Task<int> RunAsync(int steps = 500)
    {
        var directory = Directory.CreateTempSubdirectory("actorrlhf-bench-");
        using var data = DataDirectory.OpenForWriting(directory.FullName, TimeProvider.System);
        var settings = JournalSettings.Sqlite(data.JournalFile);
        var catalogue = new EventCatalogue([typeof(BenchmarkStep)]);
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("bench", builder => builder.WithJournal(settings)))
            .Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var writer = system.ActorOf(BulkWriter.Props("bench", catalogue));
        var (artefacts, events) = (new List<double>(), new List<double>());
        for (var step = 0; step < WarmUpSteps + steps; step++)
        {
            var bytes = RandomBytes(step, EventsPerStep * EventBytes + ArtefactsPerStep * ArtefactBytes);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < ArtefactsPerStep; i++) data.Artefacts.Put(bytes.AsSpan(i * ArtefactBytes, ArtefactBytes));
            var stored = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            IEvent[] facts = [.. Enumerable.Range(0, EventsPerStep)
                .Select(i => new BenchmarkStep(step, bytes[^((i + 1) * EventBytes)..^(i * EventBytes)]))];
            await writer.Ask<long>(facts);
            if (step < WarmUpSteps) continue;
            artefacts.Add(stored);
            events.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds - stored);
        }
        Report($"{ArtefactsPerStep} artefacts", artefacts);
        Report($"{EventsPerStep} events", events);

        var reader = new JournalReader(settings, catalogue);
        var total = (WarmUpSteps + steps) * EventsPerStep;
        Rate("read and decode", total, () => { foreach (var read in reader.Read("bench")) _ = read.Event; });
        Rate("verify the chain", total, () =>
        {
            if (reader.VerifyChain("bench") is { } fault) throw new InvalidOperationException(fault.ToString());
        });
        await writer.GracefulStop(TimeSpan.FromMinutes(1));
        Rate("recover an actor", total, () => system.ActorOf(BulkWriter.Props("bench", catalogue)).Ask<long>(Array.Empty<IEvent>()).Wait());
        await host.StopAsync();
        directory.Delete(recursive: true);
        return 0;
    }

    static byte[] RandomBytes(int step, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i += sizeof(uint))
            BitConverter.TryWriteBytes(bytes.AsSpan(i), Philox.Block(1, 0, (uint)Purpose.Bootstrap, (uint)step, 0, (uint)i).X0);
        return bytes;
    }

    static void Report(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine($"{what}: mean {milliseconds.Average():0.00} ms, "
            + $"median {milliseconds[milliseconds.Count / 2]:0.00}, "
            + $"p99 {milliseconds[milliseconds.Count * 99 / 100]:0.00}");
    }

    static void Rate(string what, int events, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        Console.WriteLine($"{what}: {events / Stopwatch.GetElapsedTime(start).TotalSeconds:0} events/s");
    }

    /// <summary>
    /// An event of the size of a real one; public, with the class that it is in, because MessagePack serialises nothing else.
    /// </summary>
    [MessagePackObject, EventName("benchmark.step/1", Trajectory = true)]
    public sealed record BenchmarkStep([property: Key(0)] int Step, [property: Key(1)] byte[] Columns) : IEvent;
}
