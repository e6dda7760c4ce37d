using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>How long a host takes to answer about a long run, and about many.</summary>
static class QueryTimes
{
    const string Long = "synthetic";
    const int Ended = 899, Queued = 100, EventsOfARun = 100, Times = 300;

    /// <summary>Prints a row for each question.</summary>
    /// <param name="events">Of the long run.</param>
    public static async Task RunAsync(StoreKind store, int events)
    {
        using var place = new Place(store);
        await place.FillAsync([.. Streams(Long, events), .. Enumerable.Range(0, Ended).SelectMany(number =>
            Streams(FormattableString.Invariant($"run-{number:000}"), EventsOfARun))]);
        // No disk has so much room, so none of those that wait begins.
        var config = Path.Combine(place.Data, "appsettings.json");
        await File.WriteAllTextAsync(config, """{ "disk": { "waitBelow": "100000TiB" } }""");
        using var host = await place.ServeAsync("--config", config);
        for (var number = 0; number < Queued; number++) await host.SubmitAsync("pocket-tiny", "rl.steps=2");
        Console.WriteLine("| question | store | first, ms | p50, ms | p99, ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        await RowAsync($"/v1/runs/{Long}/metrics?names=objective/scores,objective/kl&points=500",
            answer => answer.GetProperty("step").GetArrayLength() >= 500);
        await RowAsync("/v1/runs?limit=1000", answer => answer.GetProperty("items").GetArrayLength() == Ended + Queued + 1);
        await RowAsync("/v1/runs?state=queued", answer => answer.GetProperty("items").GetArrayLength() == Queued);
        await RowAsync($"/v1/runs/{Long}", answer => answer.GetProperty("state").GetString() == "completed");

        async Task RowAsync(string path, Func<JsonElement, bool> isRight)
        {
            async Task AskAsync()
            {
                var answer = await host.Client.GetFromJsonAsync<JsonElement>(path);
                if (!isRight(answer)) throw new InvalidOperationException($"{path} was answered with {answer}");
            }
            var first = await Latencies.OfAsync(1, AskAsync);
            var later = await Latencies.OfAsync(Times, AskAsync);
            Console.WriteLine(FormattableString.Invariant(
                $"| {path} | {store} | {first.Most:0} | {later.Within(0.5):0.0} | {later.Within(0.99):0.0} |"));
        }
    }

    static IEnumerable<(string Stream, IEnumerable<IEvent> Facts)> Streams(string name, int events)
    {
        var (run, log) = (RunId.Parse(name), new SyntheticLog());
        return [(run.TrainingStream, log.Training(events)), (run.EvaluationStream, log.Evaluations())];
    }
}
