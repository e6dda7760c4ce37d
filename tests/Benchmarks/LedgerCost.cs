using System.Diagnostics;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Benchmarks;

/// <summary>What the ledger costs a run that goes on: the alarm over all of its evaluations, against the time of its RL.</summary>
/// <remarks>As in training, the alarm is given what evaluators said, and does not read it.</remarks>
static class LedgerCost
{
    public const string Usage = "ledger DATA RUN";
    const int Tries = 9;

    public static int Run(string directory, string name)
    {
        using var data = DataDirectory.OpenForReading(directory);
        var run = new RunReader(data.Store).Open(name);
        var metrics = new KnownMetrics(new EvaluatorRegistry(data.Store, TimeProvider.System));
        (IEvent Fact, IReadOnlyList<EvaluationRow>? Rows)[] events = [.. run.Evaluations().Select(read => (read.Event,
            read.Event is EvaluationCompleted { Live: true } judged
                ? JsonLines.Read<EvaluationRow>(run.Artefacts.Read(judged.Artefact))
                : null))];
        var evaluations = events.Select(one => one.Fact).OfType<RolloutCollected>().Where(one => one.Set is not null).ToArray();
        double[] seconds = [.. Enumerable.Range(0, Tries).Select(_ =>
        {
            var alarm = AlarmFold.Before(run, metrics.Of);
            var clock = Stopwatch.StartNew();
            foreach (var (fact, rows) in events) alarm.Take(fact, rows);
            alarm.Close();
            return clock.Elapsed.TotalSeconds;
        }).Order()];
        var (median, rl) = (seconds[Tries / 2], TrainReport.Of(run, directory).Seconds.Rl);
        Console.WriteLine(FormattableString.Invariant(
            $"{run.Id}: {evaluations.Length} evaluations of {evaluations[0].Lengths.Values.Length} prompts; ")
            + FormattableString.Invariant($"the alarm takes {1000 * median / evaluations.Length:0.0} ms each, ")
            + FormattableString.Invariant($"{1000 * median / run.State.Step:0.00} ms a step of {1000 * rl / run.State.Step:0} ms: ")
            + FormattableString.Invariant($"{median / rl:0.00%}"));
        return 0;
    }
}
