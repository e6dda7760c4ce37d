using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>
/// Executes steps of a past run again from its nearest checkpoint and compares each with its events, byte for byte or within a tolerance.
/// Stores nothing.
/// </summary>
/// <remarks>
/// The same work as training and recovery, without actors and without a journal. It gives a run's whole state after any step, for a
/// fork, for a model that is named <c>run:ID@STEP</c>, and for an audit that recomputes. Not thread-safe; dispose it.
/// </remarks>
public sealed class Recomputation : IDisposable
{
    readonly RunRecord _run;
    readonly ComputeWorkers _threads;
    readonly LocalWorkers _workers;
    readonly RunContext _context;
    readonly RlWork _work;
    readonly StepComparison _comparison;
    readonly List<int> _evaluated = [];

    /// <param name="run">The run; for a fork's shared past give its parent.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="tolerance">
    /// Largest difference from a number in the log, relative to the larger of both and 1, at which it still counts as equal; 0: every bit
    /// must agree. Above 0 the completions are taken from the log, for one other token would change everything after it.
    /// </param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    public Recomputation(RunRecord run, IWorld world, bool acceptBuild, double tolerance = 0, ComputePool? pool = null)
    {
        OtherBuildException.ThrowUnless(run.Id, run.State, acceptBuild);
        _context = new RunContext(run.Id, run.Recipe, world, run.Artefacts.WithoutWriting());
        _comparison = new StepComparison(EventCatalogue.Known, tolerance);
        _run = run;
        _threads = pool?.Share(run.Recipe.Compute.Threads) ?? new ComputeWorkers(run.Recipe.Compute.Threads);
        _workers = new LocalWorkers(run.Recipe, new WeightsExchange(_context.Artefacts, world.Shape), _threads, _ => { });
        _work = new RlWork(_context, _workers, logged: null);
    }

    /// <summary>The steps after which a held-out evaluation was executed again and found equal, in order.</summary>
    public IReadOnlyList<int> Evaluations => _evaluated;

    /// <summary>
    /// The largest difference from the log so far, relative to the larger of both numbers and 1; 0 unless there is a tolerance.
    /// </summary>
    public double LargestDifference => _comparison.LargestDifference;

    /// <summary>The step of the checkpoint from which <see cref="AfterAsync"/> starts; 0 is the SFT policy.</summary>
    public static int NearestCheckpoint(RunRecord run, int step) =>
        run.State.Checkpoints.Where(saved => saved.Step <= step).Select(saved => saved.Step).DefaultIfEmpty(0).Max();

    /// <summary>Everything that the step after a given one depends on.</summary>
    /// <param name="step">From 0, at most the run's last.</param>
    /// <param name="executed">Hears of each step that was executed again and found equal.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The state, and the KL coefficient of the next step.</returns>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    /// <exception cref="ArtefactMissingException">The checkpoint, or what the run started from, is not there.</exception>
    public Task<(PpoState State, double KlCoefficient)> AfterAsync(int step, Action<int>? executed, CancellationToken ct) =>
        ExecuteAsync(step + 1, step, executed, ct, evaluations: false);

    /// <summary>
    /// Executes at least the steps from one to another again, both included, beginning at the nearest checkpoint before them.
    /// </summary>
    /// <param name="first">From 1.</param>
    /// <param name="last">At most the run's last.</param>
    /// <param name="executed">As for <see cref="AfterAsync"/>, also of steps before the first.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="evaluations">
    /// Whether the held-out evaluations after these steps, and with the first step the one before it, are executed again, too.
    /// </param>
    /// <returns>As for <see cref="AfterAsync"/>, after the last one.</returns>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    /// <exception cref="ArtefactMissingException">The checkpoint, or what the run started from, is not there.</exception>
    public async Task<(PpoState State, double KlCoefficient)> ExecuteAsync(
        int first, int last, Action<int>? executed, CancellationToken ct, bool evaluations = true)
    {
        var heldout = evaluations ? new LoggedEvaluations(_run, _comparison) : null;
        var targets = RollbackTargets(last);
        (await _work.RestoreAsync(
            _run.State with { Checkpoints = [.. _run.State.Checkpoints.Where(saved => saved.Step <= Start(first - 1, targets))] },
            ct).ConfigureAwait(false)).Then();
        // What comes before all of the run's own steps belongs to them.
        if (_work.Cursor!.Step == first - 1 && first - 1 == (_run.State.Parent?.Step ?? 0))
            await EvaluateAsync(heldout, ct).ConfigureAwait(false);
        // A rollback went back to the newest checkpoint of its day, which may have been removed since.
        var state = _run.State with
        {
            Checkpoints = [.. _run.Training().Select(read => read.Event).OfType<CheckpointSaved>().DistinctBy(saved => saved.Step)]
        };
        foreach (var logged in StepRecord.Of(_run, one => one > _work.Cursor!.Step && one <= last, from: _work.Cursor!.Step + 1))
        {
            IEvent[] events = [.. logged.Events.Select(read => read.Event)];
            var completions = _comparison.Tolerance > 0 && events is [RolloutCollected rollout, ..]
                ? RolloutRow.Read(_run.Artefacts, rollout.Artefact)
                : null;
            var again = await _work.StepAsync(state, _work.Cursor!, completions, ct).ConfigureAwait(false);
            if (_comparison.FirstDifference(events, [.. again.Events.Select(timed => timed.Fact)]) is { } difference)
                throw new RecomputationDifferenceException(
                    _run.Id, $"step {logged.Step}",
                    logged.Events[Math.Min(difference.Index, logged.Events.Count - 1)], difference.What);
            again.Then();
            if (targets.Values.Contains(logged.Step))
                _workers.Remember(logged.Step, state.Checkpoints.First(saved => saved.Step == logged.Step).Files);
            executed?.Invoke(logged.Step);
            if (logged.Step >= first) await EvaluateAsync(heldout, ct).ConfigureAwait(false);
        }
        return (_workers.State(last), _work.Cursor!.KlCoefficient);
    }

    /// <summary>The held-out evaluation where the policy is now, if the log has one.</summary>
    async Task EvaluateAsync(LoggedEvaluations? logged, CancellationToken ct)
    {
        var cursor = _work.Cursor!;
        if (logged is null || !logged.Has(cursor.Step)) return;
        var completions = _comparison.Tolerance > 0 ? logged.Completions(cursor.Step) : null;
        var rollout = await HeldoutStage.RunAsync(
            _context, _workers, cursor, _run.State.SftPolicy, _run.State.Members, default, ct, completions).ConfigureAwait(false);
        await logged.RecordAsync(rollout, ct).ConfigureAwait(false);
        _evaluated.Add(cursor.Step);
    }

    /// <summary>The step that each rollback up to a step went back to, by its own step.</summary>
    Dictionary<int, int> RollbackTargets(int last) =>
        _run.Training().Select(read => read.Event).OfType<StepRolledBack>().Where(back => back.Step <= last)
            .ToDictionary(back => back.Step, back => back.Checkpoint);

    /// <summary>
    /// The nearest checkpoint before a step from which every rollback behind it can be executed, too: its target is still there, or is
    /// passed on the way.
    /// </summary>
    int Start(int step, Dictionary<int, int> targets)
    {
        for (var start = NearestCheckpoint(_run, step); ; start = NearestCheckpoint(_run, start - 1))
            if (targets.All(back => back.Key <= start || back.Value >= start
                || _run.State.Checkpoints.Any(saved => saved.Step == back.Value)))
                return start;
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        _threads.Dispose();
    }
}
