using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// What a run's events come to beside where it stands: its last metrics, who judged it, what it took from others, its alarm, and the disk
/// that it takes. They are read once, and then only what was added to them.
/// </summary>
/// <remarks>One thread at a time; whoever has several locks it.</remarks>
public sealed class RunTally
{
    readonly RunRecord _run;
    readonly RunCursor _read;
    readonly DiskTally _disk;
    readonly LatestStep _trained = new(), _evaluated = new();
    readonly List<StageReused> _reused = [];
    readonly List<BenchmarkCompleted> _benchmarks = [];
    readonly SortedDictionary<(string Evaluator, string Version), EvaluatorUse> _evaluators = [];

    /// <summary>An empty tally; <see cref="TryUpdate"/> fills it.</summary>
    public RunTally(RunRecord run) => (_run, _read, _disk) = (run, new RunCursor(run.Streams), new DiskTally(run));

    /// <summary>Metrics of the last step, joined by those of its evaluation; null before there are any.</summary>
    public StepMetrics? Last => _trained.With(_evaluated).Metrics(_run.Plan.Episodes);

    /// <summary>Metrics of the last evaluation on held-out prompts alone; null before there is one.</summary>
    public StepMetrics? LastEvaluation => _evaluated.Metrics(_run.Plan.Episodes);

    /// <summary>Who looked at what, by id and version.</summary>
    public IReadOnlyList<EvaluatorUse> Evaluators => [.. _evaluators.Values];

    /// <summary>Stages that it did not execute, in order.</summary>
    public IReadOnlyList<StageReused> Reused => [.. _reused];

    /// <summary>Benchmarks that its policies did, in the order in which they were asked.</summary>
    public IReadOnlyList<BenchmarkCompleted> Benchmarks => [.. _benchmarks];

    /// <summary>The alarm; null while it was not raised.</summary>
    public MismatchDetected? Alarm { get; private set; }

    /// <summary>How many events it took in; what it says changes with that alone.</summary>
    public long Events => _read.Count;

    /// <summary>What it takes; looks at every artefact that was not found before.</summary>
    public DiskUse Disk => _disk.Use(_run.Artefacts.TrySize);

    /// <summary>Takes in what the log has by now.</summary>
    /// <returns>False where the log is no longer the one that was read, and a new tally is needed.</returns>
    /// <exception cref="Log.Chain.BrokenChainException">An event is missing. Hashes are not verified.</exception>
    /// <exception cref="UnreadableEventException">A row is not a stored event.</exception>
    public bool TryUpdate() => _read.TryRead(Take);

    void Take(ReadEvent read)
    {
        (RunId.TryOfEvaluationStream(read.Stream, out _) ? _evaluated : _trained).Add(read.Event);
        _disk.Add(read);
        if (read.Event is StageReused reused) _reused.Add(reused);
        if (read.Event is BenchmarkCompleted benchmark) _benchmarks.Add(benchmark);
        if (read.Event is MismatchDetected alarm) Alarm ??= alarm;
        if (EvaluatorUse.Of(read.Event) is not { } name) return;
        var use = _evaluators.GetValueOrDefault(name) ?? new EvaluatorUse(name.Evaluator, name.Version, 0, 0, 0, 0);
        _evaluators[name] = use.With(read.Event);
    }
}
