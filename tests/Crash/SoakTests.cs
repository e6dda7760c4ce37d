using System.Globalization;
using System.Net;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Models.Randomness;
using Xunit.Abstractions;

namespace ActorRlhf.Crash;

/// <summary>
/// A day in small: runs are submitted, paused, resumed, forked, stopped and deleted at random, the host is killed at random, and others
/// read all the time. Whatever was acknowledged is there at the end, every chain verifies, and nobody who listened has missed anything.
/// </summary>
/// <remarks>
/// The suite has half a minute of commands, about a minute with all of it, and not the five that a day in small deserves, so that the
/// whole suite stays below a quarter of an hour; what the last host takes is only printed there. The nightly one takes two hours a store,
/// and leaves the host alone in the last 40 minutes, in which it must not grow.
/// </remarks>
[Trait("Category", "Crash")]
public sealed class SoakTests(ITestOutputHelper log) : IDisposable
{
    const double Flat = 0.05;
    static readonly TimeSpan s_measured = TimeSpan.FromMinutes(40);

    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-soak-").FullName;

    string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, StoreKind.Sqlite)]
    public async Task Soak_HalfAMinute_LosesNothing(int seed, StoreKind kind)
    {
        var use = await SoakAsync(seed, kind, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(400), actionsALife: 15, most: 10);
        log.WriteLine($"the last host: {use.First}, then {use.Last}");
    }

    [Theory]
    [Trait("Category", "Nightly")]
    [OnBothStores(2)]
    public async Task Soak_TwoHours_LosesNothingAndStaysFlat(int seed, StoreKind kind)
    {
        var use = await SoakAsync(seed, kind, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1), actionsALife: 100, most: 40);
        log.WriteLine($"the last host: {use.First}, then {use.Last}");
        AssertFlat(use.First.Memory, use.Last.Memory, "memory");
        AssertFlat(use.First.Handles, use.Last.Handles, "handles");
        AssertFlat(use.First.Threads, use.Last.Threads, "threads");
    }

    async Task<(ProcessUse First, ProcessUse Last)> SoakAsync(
        int seed, StoreKind kind, TimeSpan duration, TimeSpan pace, int actionsALife, int most)
    {
        log.WriteLine($"seed {seed}, {kind}");
        if (kind is StoreKind.Postgres)
            DataDirectory.OpenForWriting(Data, TimeProvider.System, PostgresServer.Shared.NewDatabase()).Dispose();
        using var host = new SoakHost(Data);
        await host.StartAsync();
        var draws = Purpose.Bootstrap.Draws((ulong)seed);
        var driver = new SoakDriver(host, draws, most);
        StreamClient[] listeners = [new(host, mostAtOnce: null), new(host, mostAtOnce: 7)];
        using var over = new CancellationTokenSource();
        Task[] others = [.. listeners.Select(one => one.ListenAsync(over.Token)), ReadAsync(host, over.Token), ReadAsync(host, over.Token)];

        var began = TimeProvider.System.GetTimestamp();
        using (var timer = new PeriodicTimer(pace))
            for (var left = duration; left > TimeSpan.Zero; left = duration - TimeProvider.System.GetElapsedTime(began))
            {
                await driver.StepAsync(killed: (duration < s_measured || left > s_measured) && draws.Integer(actionsALife) == 0);
                host.Look();
                if (others.FirstOrDefault(one => one.IsFaulted) is { } failed) await failed;
                await timer.WaitForNextTickAsync();
            }
        var use = ProcessUse.Thirds(host.Use);
        await Served.UntilAsync(async () => (await Served.RunsAsync(await host.Up))
            .All(run => run.GetProperty("state").GetString() is not ("running" or "queued")));
        await Served.UntilAsync(() => listeners.All(one => driver.Ledger.Runs.Keys.All(run => HasHeard(one, run))));
        await over.CancelAsync();
        await Task.WhenAll(others);
        log.WriteLine($"{driver.Given}; {host}; {driver.Ledger.Runs.Count} runs are left, {listeners[1].Reconnects} reconnects");
        var ended = await host.StopAsync();

        Assert.True(host.Kills > 0, "the host was never killed");
        Assert.True(listeners[0].Reconnects >= host.Kills, "a listener has not come again");
        Assert.True(driver.Kinds >= 4, $"few kinds of commands were carried out: {driver.Given}");
        AssertKept(driver.Ledger, listeners);
        ended.AssertClean();                          // after two hours, what was lost is the first thing to know
        return use;
    }

    /// <summary>What is in the directory is what was acknowledged, it verifies, and every listener has heard all of it, once.</summary>
    void AssertKept(SoakLedger ledger, StreamClient[] listeners)
    {
        using var directory = DataDirectory.OpenForReading(Data);
        var reader = new RunReader(directory.Store);
        var runs = reader.Runs().ToArray();
        Assert.Equal(ledger.Runs.Keys.Order(StringComparer.Ordinal), runs.Select(run => run.Value).Order(StringComparer.Ordinal));
        foreach (var run in runs)
        {
            Assert.Equal(ledger.Runs[run.Value], reader.Read(run).State.Status.ToString().ToLowerInvariant());
            Assert.Null(RunAudit.Of(directory.Store, run).FirstBad);
            foreach (var listener in listeners)
            {
                Assert.Equal(Sequences(directory.Store, run.TrainingStream), listener.Of(run.Value, "training"));
                Assert.Equal(Sequences(directory.Store, run.EvaluationStream), listener.Of(run.Value, "evaluations"));
            }
        }
        // Of a run that was deleted meanwhile the end may be missed, and nothing else.
        foreach (var listener in listeners)
            foreach (var run in listener.Runs)
            {
                Assert.True(ledger.Runs.ContainsKey(run) || ledger.Deleted.Contains(run), $"{run} was never acknowledged");
                foreach (var heard in (IReadOnlyList<long>[])[listener.Of(run, "training"), listener.Of(run, "evaluations")])
                    Assert.Equal(Enumerable.Range(1, heard.Count).Select(one => (long)one), heard);
            }
    }

    static IEnumerable<long> Sequences(Store store, string stream) => store.Journal.Read(stream).Select(read => read.Sequence);

    bool HasHeard(StreamClient listener, string run)
    {
        using var directory = DataDirectory.OpenForReading(Data);
        var record = new RunReader(directory.Store).Open(run);
        return listener.Of(run, "training").Count >= record.Head.Sequence
            && listener.Of(run, "evaluations").Count >= Sequences(directory.Store, record.Id.EvaluationStream).Count();
    }

    /// <summary>Asks for this and that of one run after the other; an answer that is neither there nor gone is a fault.</summary>
    static async Task ReadAsync(SoakHost host, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!ct.IsCancellationRequested)
            try
            {
                var client = await host.Up.WaitAsync(ct);
                foreach (var run in (await Served.RunsAsync(client)).Select(run => run.GetProperty("run").GetString()))
                    foreach (var what in (string[])["", "/metrics", "/events?limit=5", "/completions?limit=5", "/state"])
                    {
                        await timer.WaitForNextTickAsync(ct);
                        using var response = await client.GetAsync($"/v1/runs/{run}{what}", ct);
                        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Conflict,
                            $"{run}{what}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(ct)}");
                    }
                await timer.WaitForNextTickAsync(ct);
            }
            // The host is gone, or the test is over.
            catch (Exception broken) when (
                broken is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
            {
            }
    }

    /// <summary>What falls, as threads do that the pool lets go after a busy start, is no leak.</summary>
    static void AssertFlat(double first, double last, string what) => Assert.True(
        last - first <= Flat * first,
        string.Create(CultureInfo.InvariantCulture, $"{what}: {first} in the first third, {last} in the last"));
}
