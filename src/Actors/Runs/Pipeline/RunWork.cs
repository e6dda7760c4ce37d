using System.Diagnostics;
using System.Globalization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Knows what a run does next and does it, stage by stage. What it holds can be won back from artefacts.</summary>
/// <remarks>The run's actor asks for one piece at a time and waits for it, so nothing here is used twice at once.</remarks>
/// <param name="run">What the run shares.</param>
/// <param name="workers">Who computes.</param>
/// <param name="evaluations">Who keeps the evaluations.</param>
/// <param name="logged">Steps that the log has and that may be executed again.</param>
/// <param name="ahead">Whether rollouts begin while the step before is being stored.</param>
sealed class RunWork(RunContext run, IWorkers workers, IHeldoutEvaluations evaluations, LoggedSteps logged, bool ahead)
{
    readonly HashSet<int> _evaluated = [];
    RlWork? _rl;
    SftState? _pretraining;
    LabelledComparisons? _training, _heldout;
    TokenSequence[]? _calibration;
    TimeSpan _sftTime, _ensembleTime;

    /// <summary>The steps of RL.</summary>
    public RlWork Rl => _rl ??= new RlWork(run, workers, logged, ahead);

    /// <summary>The next piece; null if all is done.</summary>
    public WorkItem? Next(RunState state, StreamHead head)
    {
        if (StageNames.NextOf(state.Stages) is { } stage) return StageWork(stage, state);
        if (Rl.Cursor is not { } cursor) return new("restore", ct => Rl.RestoreAsync(state, ct));

        return Due(state, cursor, head)
            ?? (cursor.Step == run.Recipe.Rl.Steps ? null : new($"step {cursor.Step + 1}", ct => Rl.StepAsync(state, cursor, null, ct)));
    }

    /// <summary>
    /// The next piece before the run rests where it stands: steps that were begun to be executed again, what is due, and a checkpoint;
    /// null if nothing is left that the next writer would have to do again.
    /// </summary>
    /// <param name="reason">Why it rests.</param>
    public WorkItem? NextBeforeRest(RunState state, StreamHead head, string reason)
    {
        if (StageNames.NextOf(state.Stages) is not null || Rl.Cursor is not { } cursor) return null;
        if (cursor.Step < state.Step) return Next(state, head);
        var isSaved = cursor.Step == 0 || state.Checkpoints.Any(saved => saved.Step == cursor.Step);
        return Due(state, cursor, head)
            ?? (isSaved ? null : new($"checkpoint {cursor.Step} out of turn", ct => Rl.CheckpointAsync(cursor, reason, ct)));
    }

    /// <summary>What must be done behind a step before the next one; null if nothing is.</summary>
    WorkItem? Due(RunState state, PolicyCursor cursor, StreamHead head)
    {
        if (cursor.Step == Rl.Broken) return new($"checkpoint {cursor.Step} again", ct => Rl.MendCheckpointAsync(cursor, ct));
        var recipe = run.Recipe;
        var caughtUp = cursor.Step == state.Step;
        var last = cursor.Step == recipe.Rl.Steps;
        var evaluationDue = cursor.Step % recipe.Evaluation.Every == 0 || last;
        if (caughtUp && evaluationDue && !_evaluated.Contains(cursor.Step))
            return new($"evaluation {cursor.Step}", ct => EvaluateAsync(state, cursor, head, ct));
        var checkpointDue = cursor.Step > 0 && (cursor.Step % recipe.Checkpoint.Every == 0 || last);
        if (caughtUp && checkpointDue && state.Checkpoints.All(saved => saved.Step != cursor.Step))
            return new($"checkpoint {cursor.Step}", ct => Rl.CheckpointAsync(cursor, null, ct));
        return null;
    }

    WorkItem StageWork(string stage, RunState state) => stage switch
    {
        StageNames.World => new(stage, _ => Task.FromResult(Stage(stage, WorldStage.Run(run, run.World.InitialPolicy()), () => { }))),
        StageNames.Sft when state.Sft is null && _pretraining is null => Unless(stage, state, ct => SftAsync(state, ct)),
        StageNames.Sft => new(stage, ct => SftAsync(state, ct)),
        StageNames.Preferences => Unless(stage, state, ct => PreferencesAsync(state, ct)),
        StageNames.RewardModels when state.RewardModels.IsEmpty => Unless("reward model 1", state, ct => RewardModelAsync(state, ct)),
        StageNames.RewardModels when state.RewardModels.Length < run.Recipe.Reward.Members =>
            new($"reward model {state.RewardModels.Length + 1}", ct => RewardModelAsync(state, ct)),
        StageNames.RewardModels => new(stage, _ => Task.FromResult(EnsembleComplete(state))),
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "a stage"),
    };

    /// <summary>Takes a whole stage from another run that made it from the same inputs; begins to execute it where there is none.</summary>
    WorkItem Unless(string name, RunState state, Func<CancellationToken, Task<WorkResult>> execute) => run.Earlier is not { } stages
        ? new(name, execute)
        : new(name, async ct =>
        {
            var stage = StageNames.NextOf(state.Stages)!;
            var earlier = await Task.Run(() => stages.Claim(stage, run.Id, state, run.Artefacts), ct).ConfigureAwait(false);
            if (earlier is null) return await execute(ct).ConfigureAwait(false);
            TimedEvent[] events =
                [new(new StageReused(stage, earlier.Owner.Value, earlier.At)), .. earlier.Events.Select(fact => new TimedEvent(fact))];
            return Stage(stage, events, () => { });
        });

    async Task<WorkResult> SftAsync(RunState state, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var after = await SftStage.TrainAsync(run, workers, state, _pretraining, ct).ConfigureAwait(false);
        if (after.Step == run.Recipe.Pretrain.Steps)
            return Stage(StageNames.Sft, [new(SftStage.Completed(run, after), _sftTime + clock.Elapsed)], () => _pretraining = null);
        var saved = new TimedEvent(SftStage.Checkpointed(after), clock.Elapsed);
        return new WorkResult(
            new RecordSftCheckpoint((SftCheckpointed)saved.Fact), [saved],
            () => (_pretraining, _sftTime) = (after, _sftTime + saved.Duration!.Value));
    }

    async Task<WorkResult> PreferencesAsync(RunState state, CancellationToken ct)
    {
        var (events, training, heldout) = await PreferenceStage.RunAsync(run, workers, state.SftPolicy, ct).ConfigureAwait(false);
        return Stage(StageNames.Preferences, events, () => (_training, _heldout) = (training, heldout));
    }

    /// <summary>One member at a time, so that a run that was cut off goes on behind the last finished one.</summary>
    async Task<WorkResult> RewardModelAsync(RunState state, CancellationToken ct)
    {
        var sft = state.SftPolicy;
        _training ??= PreferenceStage.Read(run.Artefacts, state.Preferences[0]);
        _heldout ??= PreferenceStage.Read(run.Artefacts, state.Preferences[1]);
        _calibration ??= await RewardModelStage.CalibrationAsync(run, workers, sft, ct).ConfigureAwait(false);
        var trained = await RewardModelStage.TrainAsync(
            run, workers, state.RewardModels.Length, sft, _training, _heldout, _calibration, ct).ConfigureAwait(false);
        return new WorkResult(
            new RecordRewardModel((RewardModelTrained)trained.Fact), [trained], () => _ensembleTime += trained.Duration!.Value);
    }

    WorkResult EnsembleComplete(RunState state) => Stage(
        StageNames.RewardModels, [new(RewardModelStage.Completed(state.RewardModels), _ensembleTime)],
        () => (_training, _heldout, _calibration) = (null, null, null));

    async Task<WorkResult> EvaluateAsync(RunState state, PolicyCursor cursor, StreamHead head, CancellationToken ct)
    {
        var evaluated = await evaluations.FindAsync(cursor.Step, ct).ConfigureAwait(false);
        var isNew = evaluated is null;
        if (evaluated is null)
        {
            var rollout = await HeldoutStage.RunAsync(run, workers, cursor, state.SftPolicy, state.Members, head, ct).ConfigureAwait(false);
            evaluated = await evaluations.RecordAsync(rollout, ct).ConfigureAwait(false);
        }
        // Once: who goes on with a run that was paused for it, or was cut off thereafter, has seen it.
        var alarm = isNew || state.PausedAt != cursor.Step ? evaluated.Mismatch : null;
        return WorkResult.Of(() => _evaluated.Add(cursor.Step), new RunEvaluated(run.Id, evaluated)) with
        {
            Alarm = alarm,
            Next = alarm is null ? null : After(alarm),
        };
    }

    RunCommand? After(MismatchDetected mismatch)
    {
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"mismatch: {mismatch.Series[0].Series} fell between steps {mismatch.Series[0].Earlier} and {mismatch.Series[0].Later} ")
            + "while the reward rose; "
            + (mismatch.Best is { } best
                ? string.Create(CultureInfo.InvariantCulture, $"the step to take is {best} (run:{run.Id}@{best})")
                : "no step is known to be the best");
        return run.Recipe.Evaluation.OnMismatch switch
        {
            MismatchRule.Pause => new PauseRun(reason),
            MismatchRule.StopAndKeepBest => new StopRun(reason),
            _ => null,
        };
    }

    WorkResult Stage(string name, IReadOnlyList<TimedEvent> events, Action then) =>
        new(new RecordStage(name, [.. events.Select(timed => timed.Fact)]), events, then, new StageEnded(run.Id, name, events));
}
