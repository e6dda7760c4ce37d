using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Mismatch;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>A run that grows event after event, as those who ask a host for its ledger see it.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class RunLedgersTests(TrainedRuns runs)
{
    [Fact]
    public void Of_ARunThatGrows_IsTheLedgerOfItsLogAtEveryPoint()
    {
        using var data = DataDirectory.OpenForReading(runs.Data);
        var (run, ledgers) = (new RunReader(data.Store).Open(TrainedRuns.Done), new RunLedgers(data.Store));
        var evaluations = run.Evaluations().ToArray();
        var made = new HashSet<MismatchVerdict>(ReferenceEqualityComparer.Instance);
        var points = 0;

        foreach (var head in run.Training().Select(HeadOf))
        {
            // Whoever asks finds the evaluations that name the training events up to here.
            var judged = evaluations.LastOrDefault(read => Source(read.Event) <= head.Sequence);
            if (run.AsOf(head, judged is null ? default : HeadOf(judged)) is not { } then) continue;
            var ledger = ledgers.Of(then);
            Assert.Equal(Json(RunLedger.Of(data.Store, then)), Json(ledger));
            made.Add(ledger.Verdict);
            points++;
        }

        Assert.True(made.Count < points / 2, $"{made.Count} ledgers were made for {points} points");
    }

    static StreamHead HeadOf(ReadEvent read) => new(read.Sequence, read.Hash);

    static long Source(IEvent fact) => fact switch
    {
        RolloutCollected rollout => rollout.Source!.Value.Sequence,
        RewardScored scored => scored.Source!.Value.Sequence,
        KlMeasured kl => kl.Source!.Value.Sequence,
        EvaluationCompleted completed => completed.Source.Sequence,
        _ => long.MaxValue,
    };

    static string Json(MismatchLedger ledger) => JsonSerializer.Serialize(ledger, EventJson.Format);
}
