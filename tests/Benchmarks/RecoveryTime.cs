using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// How long a quickstart that was killed takes until it trains again: the start of the
/// process, of the host and of the run, and the steps since the last checkpoint.
/// </summary>
static class RecoveryTime
{
    static readonly int[] s_kills = [26, 40, 73];             // steps; a checkpoint is due every 25
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>Prints a row for each kill of one run.</summary>
    public static async Task<int> RunAsync()
    {
        var data = Directory.CreateTempSubdirectory("actorrlhf-recovery-").FullName;
        try
        {
            string[] begin =
            [
                "quickstart", "--set", "pretrain.steps=300", "--set", "preferences.pairs=512", "--set", "preferences.heldout=64",
                "--set", "rl.steps=80",
            ];
            string[] resume = ["--resume", "latest"];
            var started = new List<DateTimeOffset>();
            foreach (var (i, step) in s_kills.Index()) started.Add(await KillAtAsync(data, step, i == 0 ? begin : resume));
            started.Add(DateTimeOffset.UtcNow);
            TrainProcess.Run(data, resume);
            Print(data, started[1..]);
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Lets a process train until it has stored a step, then kills it; when it was started.</summary>
    static async Task<DateTimeOffset> KillAtAsync(string data, int step, string[] arguments)
    {
        var started = DateTimeOffset.UtcNow;
        using var process = TrainProcess.Start(data, arguments);
        using var timer = new PeriodicTimer(s_look);
        while (Step(data) < step)
        {
            await timer.WaitForNextTickAsync();
            if (process.HasExited) throw new InvalidOperationException($"train ended with exit code {process.ExitCode} before step {step}");
        }
        process.Kill();
        await process.WaitForExitAsync();
        return started;
    }

    static int Step(string data)
    {
        if (!File.Exists(Path.Combine(data, DataDirectory.JournalName))) return 0;
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        return reader.Runs() is [.., var run] ? reader.Read(run).State.Step : 0;
    }

    static void Print(string data, IReadOnlyList<DateTimeOffset> started)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var events = new RunReader(directory.Store).Open("latest").Training().ToArray();
        var updates = events.Where(read => read.Event is PolicyUpdated { Step: <= 25 }).Select(read => read.Envelope.Time).ToArray();
        var aStep = (updates[^1] - updates[0]).TotalSeconds / (updates.Length - 1);
        Console.WriteLine("| steps executed again | seconds until it trains again | "
            + "of them for these steps, at their first pace | the rest |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var (read, start) in events.Where(read => read.Event is RunRecovered).Zip(started))
        {
            var (all, again) = ((read.Envelope.Time - start).TotalSeconds, ((RunRecovered)read.Event).StepsAgain);
            Console.WriteLine(FormattableString.Invariant($"| {again} | {all:0.0} | {again * aStep:0.0} | {all - again * aStep:0.0} |"));
        }
    }
}
