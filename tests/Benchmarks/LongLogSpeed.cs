using System.Diagnostics;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// What a long log costs whoever goes on with its run, and many runs whoever
/// lists them; by the real program, from the start of its process.
/// </summary>
static class LongLogSpeed
{
    const int Runs = 200, EventsOfARun = 1000;
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints both tables.</summary>
    /// <param name="events">Of the long log.</param>
    public static async Task<int> RunAsync(int events = 1_000_000)
    {
        var data = Directory.CreateTempSubdirectory("actorrlhf-long-").FullName;
        try
        {
            await ResumeAsync(Path.Combine(data, "resume"), events);
            await ListAsync(Path.Combine(data, "list"));
            return 0;
        }
        finally { Directory.Delete(data, recursive: true); }
    }

    static async Task ResumeAsync(string data, int events)
    {
        string[] begin = ["pocket-tiny", "--set", "rl.steps=1000000", "--set", "checkpoint.every=2", "--set", "evaluation.every=1000000"];
        await UntilStepAsync(data, 4, begin);
        var began = Newest(data);
        var log = new SyntheticLog();
        await LongLogs.WriteAsync(data, (began.Id.TrainingStream, log.Continuation(began.State, began.State.Checkpoints[^1], events)));
        Console.WriteLine("| resumed | events | seconds until the next step is stored |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var how in (string[])["without snapshots", "with snapshots"])
        {
            var before = Newest(data);
            var started = DateTimeOffset.UtcNow;
            await UntilStepAsync(data, before.State.Step + 1, ["--resume", "latest", "--set", "checkpoint.every=1000"]);
            var next = Newest(data).Training()
                .SkipWhile(read => read.Sequence <= before.Head.Sequence)
                .First(read => read.Event is PolicyUpdated);
            Console.WriteLine(FormattableString.Invariant(
                $"| {how} | {before.Head.Sequence} | {(next.Envelope.Time - started).TotalSeconds:0.0} |"));
        }
    }

    static async Task ListAsync(string data)
    {
        await LongLogs.WriteAsync(data, Enumerable.Range(0, Runs).SelectMany(Streams));
        Console.WriteLine("| runs | events of each | snapshots | seconds |");
        Console.WriteLine("| --- | --- | --- | --- |");
        await ListAsync(data, "none: written by somebody else");
        TrainProcess.Run(data, "pocket-tiny");               // a host makes those that are missing
        await ListAsync(data, "made by a host");
    }

    static async Task ListAsync(string data, string snapshots)
    {
        for (var again = 0; again < 3; again++)
        {
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll"), "runs", "--data", data])
            { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            var lines = output.Split('\n').Count(line => line.Contains("run-", StringComparison.Ordinal));
            await process.WaitForExitAsync();
            if (lines != Runs) throw new InvalidOperationException($"runs listed {lines} runs, expected {Runs}");
            var seconds = clock.Elapsed.TotalSeconds;
            Console.WriteLine(FormattableString.Invariant($"| {Runs} | {EventsOfARun} | {snapshots} | {seconds:0.00} |"));
        }
    }

    static IEnumerable<(string Stream, IEnumerable<IEvent> Facts)> Streams(int number)
    {
        var (run, log) = (RunId.Parse(FormattableString.Invariant($"run-{number:000}")), new SyntheticLog());
        return [(run.TrainingStream, log.Training(EventsOfARun)), (run.EvaluationStream, log.Evaluations())];
    }

    /// <summary>Lets a process train until it has stored a step, then kills it.</summary>
    static async Task UntilStepAsync(string data, int step, string[] arguments)
    {
        using var process = TrainProcess.Start(data, arguments);
        using var timer = new PeriodicTimer(s_look);
        while (!Reached(data, step))
        {
            await timer.WaitForNextTickAsync();
            if (process.HasExited) throw new InvalidOperationException($"train ended with exit code {process.ExitCode} before step {step}");
        }
        process.Kill();
        await process.WaitForExitAsync();
    }

    static bool Reached(string data, int step)
    {
        if (!File.Exists(Path.Combine(data, DataDirectory.JournalName))) return false;
        using var directory = DataDirectory.OpenForReading(data);
        var runs = new RunReader(directory.Store);
        return runs.Runs() is [.., var run]
            && directory.Store.Journal.Last(run.TrainingStream) is { } last
            && EventSteps.Of(last.Event) >= step;
    }

    static RunRecord Newest(string data)
    {
        using var directory = DataDirectory.OpenForReading(data);
        return new RunReader(directory.Store).Open("latest");
    }
}
