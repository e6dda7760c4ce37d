using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>
/// A run that was really begun, and behind it thousands of steps that nobody trained,
/// up to two checkpoints from which it can really go on.
/// </summary>
static class LongRun
{
    internal const string Name = "long";
    const int Steps = 1_500, BetweenCheckpoints = 100;

    internal static RunId Id { get; } = RunId.Parse(Name);

    static readonly Lazy<Task<string>> s_directory = new(WriteAsync);

    /// <summary>A data directory of one's own with the run, paused, and without snapshots.</summary>
    internal static async Task<string> DirectoryAsync() => Temporary.CopyOf(await s_directory.Value);

    static async Task<string> WriteAsync()
    {
        var directory = Temporary.NewDirectory();
        await using (var host = await RunsHost.StartAsync(directory))
        {
            var news = host.News(Id);
            await host.LaunchAsync(Name, Some.Recipe("rl.steps=1000000", "evaluation.every=1000000"));
            await news.NextAsync<StepEnded>(step => step.Step == 3);
            await host.AskAsync(Name, new PauseRun("test"));
            await news.NextAsync<RunEnded>();
        }
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var run = new RunReader(data.Store).Read(Id);
        var last = data.Store.Journal.Last(Id.TrainingStream)!;
        var head = run.Head;
        using var transaction = data.Store.Begin(TimeProvider.System);
        foreach (var fact in Events(run.State))
        {
            var stored = EventCatalogue.Known.Seal(Id.TrainingStream, head, fact, last.Envelope);
            head = new StreamHead(head.Sequence + 1, stored.Hash);
            transaction.Append(
                Id.TrainingStream, new JournalRow(0, head.Sequence, stored.Manifest, JournalRow.SerializerId, stored.ToBytes()));
        }
        transaction.Commit();
        return directory;
    }

    static IEnumerable<IEvent> Events(RunState begun)
    {
        yield return new RunResumed("test", null);
        var checkpoint = begun.Checkpoints[^1];
        for (var step = begun.Step + 1; step <= Steps; step++)
        {
            yield return new RolloutCollected(step, null, Some.Hash("policy"), Some.Hash("rollout"), new([3, 4]), new([0, 0]), null);
            yield return new RewardScored(step, null, 1, new([0.5, 0.25]), "mean", 0, new([0.5, 0.25]), [], null);
            yield return new KlMeasured(step, null, new([0.1, 0.2]), new([0.1, 0.2]), 0.1, 0.1, "k1", 0.05, 0.05, null);
            yield return new PolicyUpdated(
                step, 1e-4, [], Some.Hash($"policy {step}"), Some.Hash("critic"), Some.Hash("tokens"), 0, 0.4, 0, 0.3, 0.2);
            if (step > Steps - 2 * BetweenCheckpoints && step % BetweenCheckpoints == 0) yield return checkpoint with { Step = step };
        }
        yield return new RunPaused("test");
    }
}
