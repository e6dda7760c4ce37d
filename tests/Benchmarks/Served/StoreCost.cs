using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>What a store costs a quickstart's steps, and how fast a log of a million events is replayed from it.</summary>
static class StoreCost
{
    const int WarmUpSteps = 10, Times = 3;

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

    static async Task PersistingAsync(StoreKind store)
    {
        using var place = new Place(StoreKind.Sqlite); // whichever trained it, its events and artefacts are the same
        string[] settings =
        [
            "pretrain.steps=300", "preferences.pairs=512", "preferences.heldout=64", "rl.steps=40", "evaluation.every=1000",
            "evaluation.prompts=8", "checkpoint.every=1000",
        ];
        TrainProcess.Run(place.Data, ["quickstart", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        using var data = DataDirectory.OpenForReading(place.Data);
        var run = new RunReader(data.Store).Open("latest");
        var database = store is StoreKind.Postgres ? Place.NewDatabase() : null;
        var persisting = await PersistingCost.OfAsync(run, step => step > WarmUpSteps, database);
        var steps = run.Training().Where(read => read.Event is PolicyUpdated { Step: >= WarmUpSteps }).ToArray();
        var wall = (steps[^1].Envelope.Time - steps[0].Envelope.Time).TotalSeconds / (steps.Length - 1);
        Console.WriteLine("| quickstart | store | ms a step | of them persisting | share |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Console.WriteLine(FormattableString.Invariant(
            $"| C 64, 2 layers | {store} | {wall * 1000:0} | {persisting * 1000:0.0} | {persisting / wall:0.0%} |\n"));
    }
}
