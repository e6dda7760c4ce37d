using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>Seconds from the start of the process until a host listens: on nothing, and with many long runs.</summary>
static class StartTime
{
    const int Runs = 100, Times = 3;

    /// <summary>Prints a row for each start.</summary>
    /// <param name="events">Of all runs together.</param>
    public static async Task RunAsync(StoreKind store, int events)
    {
        using var full = new Place(store);
        await full.FillAsync(Enumerable.Range(0, Runs).Select(number =>
            (RunId.Parse(FormattableString.Invariant($"run-{number:000}")).TrainingStream, new SyntheticLog().Training(events / Runs))));
        Console.WriteLine("| start | store | seconds |");
        Console.WriteLine("| --- | --- | --- |");
        for (var again = 0; again < Times; again++)
        {
            using var empty = new Place(store);
            await RowAsync("an empty directory", store, empty);
        }
        for (var again = 0; again < Times; again++) await RowAsync($"{Runs} runs of {events / Runs} events", store, full);
    }

    static async Task RowAsync(string what, StoreKind store, Place place)
    {
        using var host = await place.ServeAsync();
        Console.WriteLine(FormattableString.Invariant($"| {what} | {store} | {host.Ready.TotalSeconds:0.00} |"));
    }
}
