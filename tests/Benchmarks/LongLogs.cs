using System.Diagnostics;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Benchmarks;

/// <summary>Writes logs that nobody trained, through the same journal as the product's actors.</summary>
static class LongLogs
{
    const int Batch = 512;

    /// <summary>Appends to streams of a data directory, one after the other.</summary>
    public static async Task WriteAsync(string folder, params IEnumerable<(string Stream, IEnumerable<IEvent> Facts)> streams)
    {
        using var data = DataDirectory.OpenForWriting(folder, TimeProvider.System);
        using var host = new HostBuilder()
            .ConfigureServices(services => services.AddAkka("bench", akka => akka
                .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend)
                .WithJournal(JournalSettings.Sqlite(data.JournalFile))))
            .Build();
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var (clock, written) = (Stopwatch.StartNew(), 0L);
        foreach (var (stream, facts) in streams)
        {
            var writer = system.ActorOf(BulkWriter.Props(stream, EventCatalogue.Known));
            foreach (var batch in facts.Chunk(Batch))
            {
                await writer.Ask<long>(batch);
                written += batch.Length;
            }
            await writer.GracefulStop(TimeSpan.FromMinutes(1));
        }
        Console.WriteLine(FormattableString.Invariant($"{written} events written in {clock.Elapsed.TotalSeconds:0} s\n"));
        await host.StopAsync();
    }
}
