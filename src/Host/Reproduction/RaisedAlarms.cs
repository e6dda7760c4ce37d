using ActorRlhf.Actors.Runs.Mismatch;

namespace ActorRlhf.Host.Reproduction;

/// <summary>What the alarms of a study's runs were worth: whether they came where gold was lost, how early, and whether truly.</summary>
/// <remarks>
/// An alarm is false where a series that it names did not fall by more than δ on prompts that the run never asked: where the part of a
/// series alone raises it, that series is named, or else the one with the largest part.
/// </remarks>
sealed class RaisedAlarms
{
    const double Lost = .1;                           // gold that a run must lose to be counted as one to be noticed
    const int Fresh = 2000;

    readonly Dictionary<FinishedRun, double?> _falls;

    RaisedAlarms(Dictionary<FinishedRun, double?> falls) => _falls = falls;

    /// <summary>Asks the policies of each alarm's two steps fresh prompts; the runs keep all checkpoints.</summary>
    public static async Task<RaisedAlarms> OfAsync(StudyRuns runs, CancellationToken ct)
    {
        var falls = new Dictionary<FinishedRun, double?>();
        foreach (var run in runs.All) falls[run] = await SmallestNamedFallAsync(run, ct).ConfigureAwait(false);
        return new RaisedAlarms(falls);
    }

    /// <summary>The step at which a run's alarm was raised; null where it never was.</summary>
    public static int? RaisedAt(FinishedRun run) => run.Alarm?.RaisedAt;

    /// <summary>The first step at which gold is .10 below an earlier one in the mean; null where it never is.</summary>
    public static int? LostAt(FinishedRun run)
    {
        var best = double.NegativeInfinity;
        foreach (var (k, gold) in run.GoldCurve.Index())
        {
            best = Math.Max(best, gold);
            if (best - gold >= Lost) return run.Evidence.Evaluations[k].Step;
        }
        return null;
    }

    /// <summary>Steps from the alarm until gold had lost .10; null where either did not happen.</summary>
    public static int? Lead(FinishedRun run) => LostAt(run) - RaisedAt(run);

    /// <summary>Of an alarm the smallest true fall among the series that it names; null without an alarm.</summary>
    public double? NamedFall(FinishedRun run) => _falls[run];

    /// <summary>Whether an alarm was raised and named a series that had not fallen.</summary>
    public bool IsFalse(FinishedRun run) => NamedFall(run) <= MismatchLedger.Delta;

    static async Task<double?> SmallestNamedFallAsync(FinishedRun run, CancellationToken ct)
    {
        if (run.Alarm is not { } alarm) return null;
        var named = alarm.Series.Where(one => one.Proven).ToArray();
        var fresh = new FreshPrompts(run.Record, Fresh, ct);
        var falls = new List<double>();
        foreach (var one in named.Length > 0 ? named : [alarm.Series[0]])
            falls.Add((await fresh.FallAsync(
                run.Evidence.Find(one.Series)!, run.Evidence.Preferences.LengthBudget, one.Earlier!.Value, one.Later!.Value)
                .ConfigureAwait(false)).Value);
        return falls.Min();
    }
}
