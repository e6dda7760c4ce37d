using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Wording;
using static System.FormattableString;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>The rules of a run's training stream, pure: no clock, no random, no I/O.</summary>
public static class Run
{
    /// <summary>The events that a command leads to in a state.</summary>
    public static Decision Decide(RunState state, RunCommand command) => command switch
    {
        StartRun start => state.Started is null ? Start(state, start) : Decision.Nothing,
        StopRun or FailRun when state.Beginning is not null => End(state, command),
        _ when state.IsWaiting => Decision.Reject("the run has not begun, it waits"),
        _ when state.Started is null => state.IsTerminal ? Impossible(state) : Decision.Reject("the run has not started"),
        RecordStage stage => Stage(state, stage),
        RecordSftCheckpoint checkpoint => SftCheckpoint(state, checkpoint.Event),
        RecordRewardModel model => RewardModel(state, model.Event),
        RecordStep step => Step(state, step),
        RecordCheckpoint checkpoint => Checkpoint(state, checkpoint),
        RecordRecovery recovery => WhileRunning(state, recovery.Event),
        RecordDivergence divergence => state.Status is RunStatus.Diverged ? Decision.Nothing : WhileRunning(state, divergence.Event),
        PauseRun pause => state.Status is RunStatus.Paused ? Decision.Nothing : WhileRunning(state, new RunPaused(pause.Reason)),
        ResumeRun resume => Resume(state, resume),
        CompleteRun complete => Complete(state, complete),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "an unknown command of a run"),
    };

    /// <summary>The state after an event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The event is none of the training stream's.</exception>
    public static RunState Evolve(RunState state, IEvent fact) => fact switch
    {
        RunQueued queued => Begin(state) with { Queued = queued },
        RunStarted started => Begin(state) with
        {
            Started = started,
            Build = started.Build,
            Status = RunStatus.Running,
            Queued = state.IsWaiting ? state.Queued : null,   // of a fork's parent it is the parent's
        },
        // Until a step was applied, the policy is the SFT model.
        StageCompleted { Stage: StageNames.Sft, Artefacts: [var policy, ..] } sft =>
            state with { Stages = state.Stages.Add(sft), Sft = null, Weights = policy.Hash },
        StageReused => state,
        StageCompleted stage => state with { Stages = state.Stages.Add(stage) },
        SftCheckpointed saved => state with { Sft = saved },
        PreferenceLabelled labelled => state with { Preferences = state.Preferences.Add(labelled) },
        RewardModelTrained trained => state with { RewardModels = state.RewardModels.Add(trained) },
        RolloutCollected rollout => state with
        {
            Episodes = state.Episodes + rollout.Lengths.Values.Length,
            Tokens = state.Tokens + rollout.Lengths.Values.Sum(length => (long)length),
        },
        RewardScored => state,
        KlMeasured kl => state with { KlCoefficient = kl.CoefficientAfter },
        PolicyUpdated updated =>
            state with { Step = updated.Step, Weights = updated.Weights, FirstApplied = state.FirstApplied ?? updated.Step },
        StepSkipped skipped => state with
        {
            Step = skipped.Step,
            NotApplied = StepsNotApplied.Add(state.NotApplied, StepsNotApplied.Skipped, skipped.Tensor),
        },
        StepRolledBack back => state with
        {
            Step = back.Step,
            Weights = back.Weights,
            NotApplied = StepsNotApplied.Add(state.NotApplied, StepsNotApplied.RolledBack, back.Tensor),
            FirstApplied = state.FirstApplied > back.Checkpoint ? null : state.FirstApplied,
            // The controller went back, too.
            KlCoefficient = state.Checkpoints.LastOrDefault(checkpoint => checkpoint.Step == back.Checkpoint)?.KlCoefficient,
        },
        CheckpointAsked asked => state with { OutOfTurn = state.OutOfTurn.Add(asked.Step) },
        CheckpointSaved saved => state with { Checkpoints = state.Checkpoints.Add(saved), KlCoefficient = saved.KlCoefficient },
        ArtefactRemoved removed => state with
        {
            Checkpoints = state.Checkpoints.RemoveAll(checkpoint => checkpoint.Files.Any(file => file.Hash == removed.Hash)),
        },
        RunPaused paused => state with { Status = RunStatus.Paused, Reason = paused.Reason, PausedAt = state.Step },
        RunResumed resumed => state with { Status = RunStatus.Running, Reason = null, Build = resumed.Build ?? state.Build },
        RecipeChanged changed => state with { RecipeChanges = state.RecipeChanges.AddRange(changed.Changes) },
        RunRecovered => state,
        RunDiverged diverged => state with
        {
            Status = RunStatus.Diverged,
            LastStepThatAgreed = diverged.Step - 1,
            Reason = Invariant($"step {diverged.Step}: {diverged.Difference}"),
        },
        RunCompleted => state with { Status = RunStatus.Completed },
        RunFailed failed => state with { Status = RunStatus.Failed, Reason = failed.Reason },
        RunStopped stopped => state with { Status = RunStatus.Stopped, Reason = stopped.Reason },
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "an event that is none of the training stream's"),
    };

    /// <summary>A fork goes on from its parent's state; the parent's checkpoints stay the parent's.</summary>
    static RunState Begin(RunState parents) => parents with
    {
        Status = RunStatus.Queued,
        Started = null,
        Build = null,
        Reason = null,
        LastStepThatAgreed = null,
        Checkpoints = [],
        OutOfTurn = [],
        FirstApplied = null,
        RecipeChanges = [],
    };

    static Decision Start(RunState state, StartRun command)
    {
        if (state.IsTerminal) return Impossible(state);
        if (state.Queued is { } queued && queued.Parent != command.Facts.Parent)
            return Decision.Reject("the run was asked for to leave another run, or another event of it");
        return command.Checkpoint is { } checkpoint ? Decision.Accept(command.Facts, checkpoint) : Decision.Accept(command.Facts);
    }

    static Decision End(RunState state, RunCommand command)
    {
        (RunStatus status, IEvent fact) = command switch
        {
            StopRun stop => (RunStatus.Stopped, (IEvent)new RunStopped(state.Step, stop.Reason)),
            FailRun fail => (RunStatus.Failed, new RunFailed(state.Step, fail.Stage, fail.Reason)),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "a command that ends a run"),
        };
        return state.Status == status ? Decision.Nothing : state.IsTerminal ? Impossible(state) : Decision.Accept(fact);
    }

    static Decision Stage(RunState state, RecordStage command)
    {
        if (state.Stage(command.Stage) is not null) return Decision.Nothing;
        if (command.Events is not [.., StageCompleted last] || last.Stage != command.Stage)
            return Decision.Reject($"the events of stage '{command.Stage}' must end with its stage.completed");
        if (command.Events.OfType<StageReused>().FirstOrDefault(reused => reused.Stage != command.Stage || reused.Stage == StageNames.World)
            is { } foreign)
            return Decision.Reject(Invariant($"stage '{foreign.Stage}' of another run cannot stand for stage '{command.Stage}'"));
        return WhileRunning(
            state, [.. command.Events, .. Removed(command.Events.Aggregate(state, Evolve), state.Sft?.Files ?? [], "SFT is complete")]);
    }

    static Decision SftCheckpoint(RunState state, SftCheckpointed saved)
    {
        if (state.Stage(StageNames.Sft) is not null || saved.Step <= state.Sft?.Step) return Decision.Nothing;
        return WhileRunning(state, [saved, .. Removed(Evolve(state, saved), state.Sft?.Files ?? [], "SFT has gone on")]);
    }

    static Decision RewardModel(RunState state, RewardModelTrained trained)
    {
        if (trained.Member < state.RewardModels.Length) return Decision.Nothing;
        return trained.Member == state.RewardModels.Length
            ? WhileRunning(state, trained)
            : Decision.Reject(Invariant($"reward model {trained.Member} was reported; expected number {state.RewardModels.Length}"));
    }

    static Decision Step(RunState state, RecordStep command)
    {
        if (command.Step <= state.Step) return Decision.Nothing;
        if (command.Step != state.Step + 1)
            return Decision.Reject(
                Invariant($"step {command.Step} was reported, the run is at step {state.Step}; expected {state.Step + 1}"));
        return command.Events is [.., PolicyUpdated or StepSkipped or StepRolledBack]
            ? WhileRunning(state, command.Events)
            : Decision.Reject(
                Invariant($"the events of step {command.Step} must end with policy.updated, step.skipped or step.rolled-back"));
    }

    static Decision Checkpoint(RunState state, RecordCheckpoint command)
    {
        var saved = command.Event;
        if (state.Checkpoints.Any(checkpoint => checkpoint.Step == saved.Step)) return Decision.Nothing;
        if (saved.Step != state.Step)
            return Decision.Reject(Invariant($"a checkpoint of step {saved.Step} was reported, the run is at step {state.Step}"));
        IReadOnlyList<IEvent> events = command.Asked is { } reason ? [new CheckpointAsked(saved.Step, reason), saved] : [saved];
        var surplus = command.Keep == 0 ? [] : Surplus(state, command.Asked is null ? command.Keep - 1 : command.Keep).ToArray();
        var after = events.Aggregate(state with { Checkpoints = state.Checkpoints.RemoveRange(surplus) }, Evolve);
        return WhileRunning(state, [.. events,
            .. Removed(after, surplus.SelectMany(checkpoint => checkpoint.Files), Invariant($"checkpoint.keep is {command.Keep}"))]);
    }

    /// <summary>What is kept no more beside a new checkpoint: those out of turn, and the oldest of the others.</summary>
    static IEnumerable<CheckpointSaved> Surplus(RunState state, int keep)
    {
        // A fork's first checkpoint is all that it has of its past, so it stays.
        var own = state.Checkpoints.Where(checkpoint => checkpoint.Step != state.Parent?.Step).ToArray();
        return own.Where(saved => !state.IsInTurn(saved)).Concat(own.Where(state.IsInTurn).SkipLast(keep));
    }

    static Decision Resume(RunState state, ResumeRun command)
    {
        if (state.Status is not (RunStatus.Running or RunStatus.Paused)) return Impossible(state);
        var build = command.Build == state.Build ? null : command.Build;
        bool IsNew(RecipeChange change) =>
            state.RecipeChanges.LastOrDefault(one => one.Name == change.Name) is not { } last || last.After != change.After;
        RecipeChange[] changes = [.. command.Changes.Where(IsNew)];
        List<IEvent> events = [];
        if (state.Status is RunStatus.Paused || build is not null) events.Add(new RunResumed(command.Reason, build));
        if (changes.Length > 0) events.Add(new RecipeChanged(changes));
        return events.Count == 0 ? Decision.Nothing : Decision.Accept([.. events]);
    }

    static Decision Complete(RunState state, CompleteRun command)
    {
        if (state.Status is RunStatus.Completed) return Decision.Nothing;
        if (state.Step != command.Steps || state.Weights is not { } weights)
            return Decision.Reject(Invariant($"the run is at step {state.Step} of {command.Steps}"));
        if (state.HasLearnedNothing) return WhileRunning(state, new RunFailed(state.Step, "rl", NothingLearned(state)));
        var completed = new RunCompleted(state.Step, weights, default);
        return WhileRunning(state, completed with { StateHash = Evolve(state, completed).Hash() });
    }

    static string NothingLearned(RunState state)
    {
        var words = StepsNotApplied.Words(state.NotApplied, state.Step);
        var fork = state.Parent is { } parent ? $" in the {Counted.Of(state.Step - parent.Step, "step")} since the fork" : "";
        var undone = fork == "" && state.NotApplied.Sum(one => one.Steps) < state.Step ? ", and what the others did was rolled back" : "";
        return "nothing was learned" + fork + ": " + words + undone + "; " + StepsNotApplied.Remedy(state.NotApplied);
    }

    /// <summary>What retention removes of files that were superseded: those that the state names no more.</summary>
    static IEnumerable<ArtefactRemoved> Removed(RunState after, IEnumerable<NamedArtefact> superseded, string reason) =>
        superseded.Select(file => file.Hash).Distinct().Except(after.Artefacts).Select(hash => new ArtefactRemoved(hash, reason));

    static Decision WhileRunning(RunState state, params IReadOnlyList<IEvent> events) =>
        state.Status is RunStatus.Running ? Decision.Accept(events) : Impossible(state);

    static Decision Impossible(RunState state) => Decision.Reject($"the run is {state.Status.ToString().ToLowerInvariant()}");
}
