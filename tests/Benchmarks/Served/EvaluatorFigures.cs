using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>
/// What an evaluator costs that is brought to a running <c>quickstart</c>, and how fast logs are filled in: by the catalogue, and by a
/// command in Python.
/// </summary>
static class EvaluatorFigures
{
    const int Steps = 20, BroughtAfter = 55;
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>Prints both tables.</summary>
    public static async Task RunAsync(StoreKind store)
    {
        using var place = new Place(store);
        using var host = await place.ServeAsync();
        var run = await host.SubmitAsync("quickstart");
        await StepAsync(host, run, BroughtAfter);
        var clock = Stopwatch.StartNew();
        await PostAsync(host, "/v1/evaluators", Words(run));
        var injected = clock.Elapsed;
        var job = await JobAsync(host, "/v1/jobs", jobs => jobs.GetProperty("items")[0]);
        await EndedAsync(host, job);
        var filledIn = clock.Elapsed;
        await host.CompletedAsync(run);
        var alone = await host.SubmitAsync("quickstart");
        await host.CompletedAsync(alone);

        using (var data = DataDirectory.OpenForReading(place.Data))
        {
            var reader = new RunReader(data.Store);
            var (record, other) = (reader.Open(run), reader.Open(alone));
            var at = new EvaluatorRegistry(data.Store, TimeProvider.System).Find("words")!.At;
            var (times, without) = (Times(record), Times(other));
            var behind = Array.FindIndex(times, time => time > at);
            var (before, after) = (Median(times, behind - Steps), Median(times, behind + 1));
            // Completions grow while a policy learns, and steps with them.
            var grown = Median(without, behind + 1) / Median(without, behind - Steps);
            var live = record.Evaluations().First(read => read.Event is EvaluationCompleted { Evaluator: "words", Live: true });
            var next = record.Evaluations().First(
                read => read.Envelope.Time > at && read.Event is EvaluationCompleted { Evaluator: "pocket-gold" });
            Console.WriteLine("| brought after step | injecting, s | back-fill complete, s | first live score at step | next evaluation "
                + "| median of 20 steps before, ms | after, ms | ratio | of the same steps without | trajectory as without |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            Console.WriteLine(FormattableString.Invariant(
                $"| {behind} | {injected.TotalSeconds:0.0} | {filledIn.TotalSeconds:0.0} | {((EvaluationCompleted)live.Event).Step} ")
                + FormattableString.Invariant($"| {((EvaluationCompleted)next.Event).Step} | {before:0.0} | {after:0.0} ")
                + FormattableString.Invariant($"| {after / before:0.00} | {grown:0.00} ")
                + $"| {(record.Trajectory == other.Trajectory ? "yes" : "NO")} |\n");
        }
        Console.WriteLine("| back-fill of a quickstart by | completions | s | completions/s |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await FillAsync(host, place, alone, "verbosity");
        await FillAsync(host, place, alone, "refusal");
        await FillAsync(host, place, alone, "words");
    }

    static async Task FillAsync(ServedProcess host, Place place, string run, string evaluator)
    {
        var clock = Stopwatch.StartNew();
        var job = await PostAsync(host, $"/v1/runs/{run}/evaluations", new { evaluator, set = "all" });
        await EndedAsync(host, job);
        var seconds = clock.Elapsed.TotalSeconds;
        using var data = DataDirectory.OpenForReading(place.Data);
        var items = new RunReader(data.Store).Open(run).Evaluations().Select(read => read.Event).OfType<EvaluationCompleted>()
            .Where(one => one.Evaluator == evaluator && !one.Live).Sum(one => one.Items);
        Console.WriteLine(FormattableString.Invariant($"| {evaluator} | {items} | {seconds:0.00} | {items / seconds:0} |"));
    }

    /// <summary>The sample in Python, for a run, also over what its log has.</summary>
    static object Words(string run) => new
    {
        kind = "command",
        target = "python3",
        arguments = new[] { Path.Combine(AppContext.BaseDirectory, "samples", "words.py") },
        backFill = true,
        backFillSet = "heldout",
        allowUnsandboxed = true,
        runs = new[] { run },
    };

    static async Task StepAsync(ServedProcess host, string run, int step)
    {
        using var timer = new PeriodicTimer(s_look);
        while (await timer.WaitForNextTickAsync())
            if ((await host.Client.GetFromJsonAsync<JsonElement>($"/v1/runs/{run}")).GetProperty("step").GetInt32() >= step) return;
    }

    static async Task EndedAsync(ServedProcess host, JsonElement job)
    {
        using var timer = new PeriodicTimer(s_look);
        var path = $"/v1/jobs/{job.GetProperty("job").GetString()}";
        while (await timer.WaitForNextTickAsync())
            switch (await JobAsync(host, path, one => one))
            {
                case var one when one.GetProperty("state").GetString() is "queued" or "running": continue;
                case var one when one.GetProperty("state").GetString() is "done": return;
                case var one: throw new InvalidOperationException(one.GetRawText());
            }
    }

    static async Task<JsonElement> JobAsync(ServedProcess host, string path, Func<JsonElement, JsonElement> choose) =>
        choose(await host.Client.GetFromJsonAsync<JsonElement>(path));

    static async Task<JsonElement> PostAsync(ServedProcess host, string path, object body)
    {
        using var response = await host.Client.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException(text);
    }

    static DateTimeOffset[] Times(RunRecord run) =>
        [.. run.Training().Where(read => read.Event is PolicyUpdated).Select(read => read.Envelope.Time)];

    static double Median(DateTimeOffset[] times, int from) => Enumerable.Range(from, Steps)
        .Select(i => (times[i] - times[i - 1]).TotalMilliseconds).Order().ElementAt(Steps / 2);
}
