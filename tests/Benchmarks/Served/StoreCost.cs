using System.Globalization;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>What a store costs a quickstart's steps, and how fast a log of a million events is replayed from it.</summary>
static class StoreCost
{
    const int Times = 3;

    /// <summary>Prints both tables.</summary>
    /// <param name="events">Of the synthetic log's training stream.</param>
    public static async Task RunAsync(StoreKind store, int events)
    {
        await PersistingAsync(store);
        using var place = new Place(store);
        var (run, log) = (RunId.Parse("synthetic"), new SyntheticLog());
        await place.FillAsync([(run.TrainingStream, log.Training(events)), (run.EvaluationStream, log.Evaluations())]);
        Console.WriteLine($"| replay from {store} | events | events/s | MB/s | bytes per event | seconds | peak memory growth |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        for (var again = 0; again < Times; again++) ReplaySpeed.Row(place.Data, run.Value);
    }

    /// <summary>
    /// What a step waits for its store in the real host, by the host's own metrics: for how long nobody computed because the step before
    /// was being stored. Beside it what storing a step takes from end to end, most of which passes beside computing.
    /// </summary>
    static async Task PersistingAsync(StoreKind store)
    {
        using var place = new Place(store);
        string[] settings =
        [
            "pretrain.steps=300", "preferences.pairs=512", "preferences.heldout=64", "rl.steps=200", "evaluation.every=1000",
            "evaluation.prompts=8", "checkpoint.every=1000",
        ];
        using var host = await place.ServeAsync("--config", place.Settings("""{ "telemetry": { "prometheus": true } }"""));
        await host.CompletedAsync(await host.SubmitAsync("quickstart", settings));
        var metrics = await host.Client.GetStringAsync("/metrics");
        double Of(string histogram, string part) => metrics.Split('\n')
            .Where(line => line.StartsWith($"actorrlhf_{histogram}_duration_seconds_{part}", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).Single();
        var (steps, wall, idle) = (Of("step", "count"), Of("step", "sum"), Of("step_idle", "sum"));
        var writes = Of("journal_write", "sum") / Of("journal_write", "count");
        Console.WriteLine("| quickstart | store | ms a step | a transaction, ms | of a step waiting for the store, ms | share |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(FormattableString.Invariant($"| C 64, 2 layers | {store} | {wall / steps * 1000:0.0} | {writes * 1000:0.0} ")
            + FormattableString.Invariant($"| {idle / steps * 1000:0.00} | {idle / wall:0.0%} |\n"));
    }
}
