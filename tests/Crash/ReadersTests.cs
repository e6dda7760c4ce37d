using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Counterfactual;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Crash;

/// <summary>Who reads a run while another process trains it, and removes old checkpoints, sees a whole log.</summary>
[Trait("Category", "Crash")]
public sealed class ReadersTests
{
    [Fact]
    public async Task Audit_WhileAnotherProcessTrains_RaisesNoAlarm()
    {
        using var run = new KilledRun(
            "pocket-tiny", "rl.steps=60", "checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=5", "evaluation.every=20",
            "pretrain.steps=60", "preferences.pairs=96");
        var training = run.EndAsync();
        var audits = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!training.IsCompleted && await timer.WaitForNextTickAsync())
        {
            if (!File.Exists(Path.Combine(run.Data, DataDirectory.JournalName))) continue;
            using var data = DataDirectory.OpenForReading(run.Data);
            var reader = new RunReader(data.Store);
            if (reader.Runs() is not [var id]) continue;
            Assert.Null(RunAudit.Of(data.Store, id, null, beingWritten: true).FirstBad);
            var rule = CounterfactualRule.Parse(["kl.coefficient=0.1"]);
            Assert.All(CounterfactualStep.Of(reader.Read(id), rule, _ => true), step => Assert.Null(step.NotApplied));
            audits++;
        }

        await training;
        Assert.True(audits > 3, $"{audits} audits");
    }
}
