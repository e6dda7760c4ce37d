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
        Console.WriteLine("| RL of 120 steps | store | alone, s | with readers, s | answers | events streamed | "
            + "processor s of the host, alone | with readers | of the readers |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        using var place = new Place(store);
        using var host = await place.ServeAsync();
        // A host that has just begun compiles what it is asked for: that is the price of its start, and not of its readers.
        await TrainAsync(place, host, Polling, Streaming);
        var (alone, loaded) = (new List<double>(), new List<double>());
        for (var pair = 1; pair <= Pairs; pair++)
        {
            var quiet = await TrainAsync(place, host, polling: 0, streaming: 0);
            var read = await TrainAsync(place, host, Polling, Streaming);
            alone.Add(quiet.Seconds);
            loaded.Add(read.Seconds);
            Console.WriteLine(FormattableString.Invariant(
                $"| {pair} | {store} | {quiet.Seconds:0.0} | {read.Seconds:0.0} | {read.Answers} | {read.Events} | ")
                + FormattableString.Invariant($"{quiet.Host.TotalSeconds:0.0} | {read.Host.TotalSeconds:0.0} | ")
                + FormattableString.Invariant($"{read.Readers.TotalSeconds:0.0} |"));
        }
        Console.WriteLine(FormattableString.Invariant($"\nratio of the medians: {Median(loaded) / Median(alone):0.00}\n"));
    }

    static async Task<Trained> TrainAsync(Place place, ServedProcess host, int polling, int streaming)
    {
        var (hosts, own) = (host.Busy, Environment.CpuUsage.TotalTime);
        var run = await host.SubmitAsync("quickstart", s_settings);
        using var over = new CancellationTokenSource();
        Task<int>[] polls = [.. Enumerable.Range(0, polling).Select(reader => PollAsync(host, run, reader, over.Token))];
        Task<int>[] streams = [.. Enumerable.Range(0, streaming).Select(_ => FollowAsync(host, run, over.Token))];
        await host.CompletedAsync(run);
        (hosts, own) = (host.Busy - hosts, Environment.CpuUsage.TotalTime - own);
        await over.CancelAsync();
        var (answers, events) = ((await Task.WhenAll(polls)).Sum(), (await Task.WhenAll(streams)).Sum());
        using var data = DataDirectory.OpenForReading(place.Data);
        return new Trained(Seconds(new RunReader(data.Store).Open(run)), answers, events, hosts, own);
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

    /// <param name="Seconds">Wall time of its RL.</param>
    /// <param name="Answers">What those who asked got.</param>
    /// <param name="Events">What those who followed got, all together.</param>
    /// <param name="Host">Processor time of the host over the whole run, all stages.</param>
    /// <param name="Readers">The same of those who read.</param>
    sealed record Trained(double Seconds, int Answers, int Events, TimeSpan Host, TimeSpan Readers);
}
