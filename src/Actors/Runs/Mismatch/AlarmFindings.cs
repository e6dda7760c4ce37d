namespace ActorRlhf.Actors.Runs.Mismatch;

/// <summary>What the alarm has found.</summary>
/// <param name="Alpha">α: in a run without a fall it is ever raised with probability at most this.</param>
/// <param name="Delta">δ: a fall by no more than this is none.</param>
/// <param name="Planned">Evaluations that were planned after the one before RL.</param>
/// <param name="Threshold">S at which it is raised, 1/α.</param>
/// <param name="Evidence">S so far.</param>
/// <param name="RaisedAt">The step at which it was raised; null while it has not been.</param>
/// <param name="RaisedAtFivePercent">The step at which S reached 20, where α .05 would have raised it; null while it has not.</param>
/// <param name="Series">Those that take part, the largest part first.</param>
/// <param name="Assumptions">What its promise rests on.</param>
public sealed record AlarmFindings(
    double Alpha, double Delta, int? Planned, double Threshold, double Evidence, int? RaisedAt, int? RaisedAtFivePercent,
    IReadOnlyList<AlarmFindings.Part> Series, IReadOnlyList<string> Assumptions)
{
    static readonly string[] s_assumptions =
    [
        "the held-out prompts are a random sample and no prompt of training is among them",
        "a score depends on its own prompt and completion only",
        "evaluators stay what they were, by version",
        "metrics, ranges, δ and the number of evaluations were fixed before; pausing or stopping on the alarm is allowed, tuning is not",
    ];

    /// <summary>A series' part in it.</summary>
    /// <param name="Series">Its name.</param>
    /// <param name="From">The step from which it takes part.</param>
    /// <param name="Weight">Its share of the weight.</param>
    /// <param name="Evidence">Its part of S.</param>
    /// <param name="Proven">Whether its part alone reaches the threshold.</param>
    /// <param name="Earlier">The earlier step of the pair that says most; null without pairs.</param>
    /// <param name="Later">The later one.</param>
    /// <param name="N">Prompts of that pair.</param>
    /// <param name="LogFell">ln F: that it fell by more than δ.</param>
    /// <param name="LogRose">ln G: that the proxy rose.</param>
    public sealed record Part(
        string Series, int From, double Weight, double Evidence, bool Proven, int? Earlier, int? Later, int? N, double? LogFell,
        double? LogRose);

    /// <summary>What a fold of the run's evaluation stream has found; null before the first evaluation.</summary>
    public static AlarmFindings? Of(AlarmFold fold)
    {
        if (fold.Alarm?.Ledger is not { } ledger) return null;
        int? StepOf(int? evaluation) => evaluation is { } k ? fold.Steps[k] : null;
        return new AlarmFindings(
            ledger.Settings.Alpha, ledger.Settings.Delta, ledger.Settings.Planned, ledger.Settings.Threshold, ledger.Evidence,
            StepOf(ledger.RaisedAt), fold.ReachedFivePercent,
            [
                .. ledger.Series.OrderByDescending(one => one.Part).ThenBy(one => one.Id, StringComparer.Ordinal).Select(one => new Part(
                    one.Id, fold.Steps[one.From], one.Weight, one.Part,
                    one.Part >= ledger.Settings.Threshold, StepOf(one.Strongest?.Earlier), StepOf(one.Strongest?.Later), one.Strongest?.N,
                    one.Strongest?.LogFell, one.Strongest?.LogRose)),
            ],
            s_assumptions);
    }
}
