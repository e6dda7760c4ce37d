using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>How much slower a run trains while many read, from a second process on the same machine: this one.</summary>
static class ReadersCost
{
    const int Pairs = 3, Polling = 50, Streaming = 20;
    static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    // Little before RL, whose wall time alone is measured; a policy that has learned enough for completions of ordinary length.
    static readonly string[] s_settings = ["pretrain.steps=300", "preferences.pairs=512", "preferences.heldout=64", "rl.steps=120"];

    /// <summary>Prints a row for each pair, and the ratio of the medians.</summary>
    public static async Task RunAsync(StoreKind store)
    {
        Console.WriteLine("| RL of 120 steps | store | alone, s | with readers, s | answers | events streamed |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        using var place = new Place(store);
        using var host = await place.ServeAsync();
        // A host that has just begun compiles what it is asked for: that is the price of its start, and not of its readers.
        await TrainAsync(place, host, Polling, Streaming);
        var (alone, loaded) = (new List<double>(), new List<double>());
        for (var pair = 1; pair <= Pairs; pair++)
        {
            alone.Add((await TrainAsync(place, host, polling: 0, streaming: 0)).Seconds);
            var (seconds, answers, events) = await TrainAsync(place, host, Polling, Streaming);
            loaded.Add(seconds);
            Console.WriteLine(FormattableString.Invariant(
                $"| {pair} | {store} | {alone[^1]:0.0} | {seconds:0.0} | {answers} | {events} |"));
        }
        Console.WriteLine(FormattableString.Invariant($"\nratio of the medians: {Median(loaded) / Median(alone):0.00}\n"));
    }

    static async Task<(double Seconds, int Answers, int Events)> TrainAsync(Place place, ServedProcess host, int polling, int streaming)
    {
        var run = await host.SubmitAsync("quickstart", s_settings);
        using var over = new CancellationTokenSource();
        Task<int>[] polls = [.. Enumerable.Range(0, polling).Select(reader => PollAsync(host, run, reader, over.Token))];
        Task<int>[] streams = [.. Enumerable.Range(0, streaming).Select(_ => FollowAsync(host, run, over.Token))];
        await host.CompletedAsync(run);
        await over.CancelAsync();
        var (answers, events) = ((await Task.WhenAll(polls)).Sum(), (await Task.WhenAll(streams)).Sum());
        using var data = DataDirectory.OpenForReading(place.Data);
        return (Seconds(new RunReader(data.Store).Open(run)), answers, events);
    }

    /// <summary>From the end of the stage before RL to the last step.</summary>
    static double Seconds(RunRecord run)
    {
        var events = run.Training().Where(read => read.Event is StageCompleted or PolicyUpdated).ToArray();
        var began = events.Last(read => read.Event is StageCompleted);
        return (events.Last(read => read.Event is PolicyUpdated).Envelope.Time - began.Envelope.Time).TotalSeconds;
    }

    static async Task<int> PollAsync(ServedProcess host, string run, int reader, CancellationToken ct)
    {
        string[] paths = ["/v1/runs", $"/v1/runs/{run}", $"/v1/runs/{run}/metrics?names=objective/scores,objective/kl&points=500"];
        var answers = 0;
        try
        {
            await Task.Delay(s_poll * reader / Polling, ct); // not all at the same moment
            using var timer = new PeriodicTimer(s_poll);
            for (; await timer.WaitForNextTickAsync(ct); answers++) await host.Client.GetByteArrayAsync(paths[answers % paths.Length], ct);
        }
        catch (OperationCanceledException) { }
        return answers;
    }

    static async Task<int> FollowAsync(ServedProcess host, string run, CancellationToken ct)
    {
        var events = 0;
        try { await foreach (var _ in host.StreamAsync($"/v1/runs/{run}/stream", ct)) events++; }
        catch (OperationCanceledException) { }
        return events;
    }

    static double Median(IEnumerable<double> seconds) => seconds.Order().ElementAt(Pairs / 2);
}
