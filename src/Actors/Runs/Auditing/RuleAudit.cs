using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Asks the decider, event after event, whether the run could have written what the log has, and folds the state along.</summary>
sealed class RuleAudit
{
    static readonly Type[] s_step = [typeof(RolloutCollected), typeof(RewardScored), typeof(KlMeasured)];
    readonly List<ReadEvent> _open = [];              // of a stage, step or checkpoint whose last event has not come yet
    readonly HashSet<ContentHash> _checkpointed = [];
    RunState _before = RunState.Empty;                // the open events
    RunPoint _point = RunPoint.Empty;

    /// <summary>The state after the last event.</summary>
    public RunState State => _point.State;

    /// <summary>The events of the stage, step or checkpoint that is under way, oldest first.</summary>
    public IReadOnlyList<ReadEvent> Open => _open;

    /// <summary>What rule an event breaks; null if none. Takes the event into the state.</summary>
    /// <param name="recipe">The run's recipe; null before its first event.</param>
    public AuditFinding? Check(ReadEvent read, Recipe? recipe)
    {
        if (_open.Count == 0) _before = State;
        try
        {
            var isPart = read.Event is
                StageReused or PreferenceLabelled or RolloutCollected or RewardScored or KlMeasured or CheckpointAsked
                || read.Event is RewardModelTrained && _open.Count > 0;
            var finding = isPart
                ? Part(read)
                : Whole(read, recipe);
            _point = _point.Add(read);
            return finding;
        }
        catch (ArgumentOutOfRangeException foreign)
        {
            return AuditFinding.At(read, AuditFindingKind.Altered, $"{read.Manifest} does not belong in this stream: {foreign.Message}");
        }
    }

    /// <summary>Whether the stream ends within a stage or a step, which are stored as a whole.</summary>
    public AuditFinding? End(string stream, long last) => _open.Count == 0
        ? null
        : new AuditFinding(stream, last + 1, AuditFindingKind.Truncated,
            $"the stream ends after {_open[^1].Manifest}, in the middle of what is stored as a whole");

    /// <summary>An event that others must follow.</summary>
    AuditFinding? Part(ReadEvent read)
    {
        _open.Add(read);
        return read.Event switch
        {
            _ when _before.Status is not RunStatus.Running => Misplaced(read),
            StageReused when _open.Count > 1 => Misplaced(read),
            PreferenceLabelled when _open.Exists(
                open => open.Event is not (PreferenceLabelled or StageReused { Stage: StageNames.Preferences })) => Misplaced(read),
            RewardModelTrained when _open.Exists(
                open => open.Event is not (RewardModelTrained or StageReused { Stage: StageNames.RewardModels })) => Misplaced(read),
            RolloutCollected or RewardScored or KlMeasured
                when _open.Count > s_step.Length || read.Event.GetType() != s_step[_open.Count - 1] => Misplaced(read),
            CheckpointAsked when _open.Count > 1 => Misplaced(read),
            RolloutCollected rollout => Due(read, rollout.Step),
            _ => null,
        };
    }

    /// <summary>An event that stands for itself or ends a stage, a step or a checkpoint.</summary>
    AuditFinding? Whole(ReadEvent read, Recipe? recipe)
    {
        ReadEvent[] events = [.. _open, read];
        _open.Clear();
        var isWhole = events[0].Event is CheckpointAsked
            ? read.Event is CheckpointSaved
            : events.Length == 1 || read.Event is StageCompleted or PolicyUpdated or StepSkipped or StepRolledBack;
        if (!isWhole) return Misplaced(read);
        return read.Event switch
        {
            RunStarted started when _before.IsWaiting => OtherThanAskedFor(read, recipe) ?? Decided(read, new StartRun(started), events),
            IFirstEvent first => Begin(read, first),
            _ when recipe is null => Misplaced(read),
            StageCompleted stage => Stage(read, stage, events),
            SftCheckpointed saved => SftCheckpoint(read, saved),
            RewardModelTrained trained => _before.Stages.Length != StageNames.InOrder.Count - 1
                ? Misplaced(read)
                : Decided(read, new RecordRewardModel(trained), events),
            PolicyUpdated updated => Step(read, updated.Step, events),
            StepSkipped skipped => Step(read, skipped.Step, events),
            StepRolledBack back => Step(read, back.Step, events),
            CheckpointSaved saved => Checkpoint(read, saved, events),
            ArtefactRemoved removed => _checkpointed.Contains(removed.Hash)
                ? null
                : AuditFinding.At(
                    read, AuditFindingKind.Altered, $"{removed.Hash} is no file of a checkpoint; nothing else is ever removed"),
            RunPaused paused => Decided(read, new PauseRun(paused.Reason), events),
            RunResumed resumed => Decided(read, new ResumeRun(resumed.Reason, resumed.Build), events),
            RecipeChanged changed => _before.Status is not RunStatus.Running ? Misplaced(read)
                : RecipeChange.WhyNot(changed.Changes, recipe) is { } why
                    ? AuditFinding.At(read, AuditFindingKind.Altered, $"the recipe cannot be changed like this: {why}")
                : null,
            RunRecovered recovered => Decided(read, new RecordRecovery(recovered), events),
            RunDiverged diverged => Decided(read, new RecordDivergence(diverged), events),
            RunCompleted => Decided(read, new CompleteRun(recipe.Rl.Steps), events,
                MayHaveLearnedNothing() ? _before with { FirstApplied = _before.Step } : null),
            RunFailed failed => Decided(read, new FailRun(failed.Stage, failed.Reason), events),
            RunStopped stopped => Decided(read, new StopRun(stopped.Reason), events),
            _ => null,                                // Evolve refuses it
        };
    }

    /// <summary>Whether the run began when one whose steps were all left out was still completed.</summary>
    bool MayHaveLearnedNothing() => _before.Started?.LogicVersion <= RunFacts.LastLogicThatCompletedWithoutLearning;

    AuditFinding? Begin(ReadEvent read, IFirstEvent first)
    {
        if (read.Sequence != 1) return AuditFinding.At(read, AuditFindingKind.Inserted, "a run starts once");
        if (first.Parent is not { } parent) return null;
        AuditFinding Wrong(string what) => AuditFinding.At(read, AuditFindingKind.Altered, $"it says that {what} there");
        return parent.Step != _before.Step ? Wrong($"the fork began after step {parent.Step}, the parent was at step {_before.Step}")
            : parent.Identity != _before.Started?.Identity
                ? Wrong($"the parent's identity was {parent.Identity}, it was {_before.Started?.Identity}")
            : parent.Trajectory != _point.Trajectory ? Wrong($"the parent's trajectory was {parent.Trajectory}, it was {_point.Trajectory}")
            : null;
    }

    /// <summary>Whether a run that waited began with another recipe than it was asked for with.</summary>
    AuditFinding? OtherThanAskedFor(ReadEvent read, Recipe? recipe)
    {
        var asked = RecipeReader.Parse(_before.Queued!.Recipe, read.Stream, checkPaths: false);
        return OtherRecipeException.FirstDifference(asked, recipe!) is { } key
            ? AuditFinding.At(read, AuditFindingKind.Altered,
                $"it began with {key.Name}={key.Value(recipe!)}, and was asked for with {key.Value(asked)}")
            : null;
    }

    AuditFinding? Stage(ReadEvent read, StageCompleted stage, ReadEvent[] events)
    {
        var place = _before.Stages.Length;
        return place < StageNames.InOrder.Count && StageNames.InOrder[place] == stage.Stage
            ? Decided(read, new RecordStage(stage.Stage, [.. events.Select(one => one.Event)]), events, _before with { Sft = null })
            : AuditFinding.At(events[0], AuditFindingKind.Altered, $"stage '{stage.Stage}' follows {place} finished stages; "
                + $"expected {(place < StageNames.InOrder.Count ? $"'{StageNames.InOrder[place]}'" : "steps")}");
    }

    AuditFinding? Step(ReadEvent read, int step, ReadEvent[] events)
    {
        if (Due(events[0], step) is { } early) return early;
        foreach (var one in events)
            if (EventSteps.Of(one.Event) is { } other && other != step)
                return AuditFinding.At(one, AuditFindingKind.Altered, $"it names step {other}, among the events of step {step}");
        return read.Event is PolicyUpdated && events.Length <= s_step.Length
            ? AuditFinding.At(read, AuditFindingKind.Missing, $"step {step} was applied without {s_step[events.Length - 1].Name}")
            : Decided(read, new RecordStep(step, [.. events.Select(one => one.Event)]), events);
    }

    /// <summary>Whether a step may begin.</summary>
    AuditFinding? Due(ReadEvent first, int step)
    {
        var due = _before.Step + 1;
        if (_before.Stages.Length < StageNames.InOrder.Count)
            return AuditFinding.At(
                first, AuditFindingKind.Missing, $"step {step} comes before stage '{StageNames.InOrder[_before.Stages.Length]}'");
        return step == due
            ? null
            : AuditFinding.At(
                first, step > due ? AuditFindingKind.Missing : AuditFindingKind.Inserted, $"step {step} is here, step {due} was due");
    }

    AuditFinding? SftCheckpoint(ReadEvent read, SftCheckpointed saved)
    {
        _checkpointed.UnionWith(saved.Files.Select(file => file.Hash));
        return _before.Stages.Length != 1 || saved.Step <= _before.Sft?.Step
            ? Misplaced(read)
            : Decided(read, new RecordSftCheckpoint(saved), [read], _before with { Sft = null });
    }

    AuditFinding? Checkpoint(ReadEvent read, CheckpointSaved saved, ReadEvent[] events)
    {
        _checkpointed.UnionWith(saved.Files.Select(file => file.Hash));
        return Decided(read, new RecordCheckpoint(saved, Keep: 0, (events[0].Event as CheckpointAsked)?.Reason), events);
    }

    /// <summary>Whether the decider comes to the events that are in the log.</summary>
    /// <param name="read">The last of them.</param>
    /// <param name="command">What led to them.</param>
    /// <param name="events">All of them, but for what retention removed.</param>
    /// <param name="before">
    /// The state before them, where it is not the one before the open events: one of which retention removes nothing.
    /// </param>
    AuditFinding? Decided(ReadEvent read, RunCommand command, ReadEvent[] events, RunState? before = null)
    {
        var decision = Run.Decide(before ?? _before, command);
        if (decision.Rejected is { } reason)
            return AuditFinding.At(read, AuditFindingKind.Altered, $"{read.Manifest} cannot follow here: {reason}");
        if (decision.Events.Count == 0) return AuditFinding.At(read, AuditFindingKind.Inserted, $"{read.Manifest} is there a second time");
        var stored = events.Select(one => one.Event).ToArray();
        return new StepComparison(EventCatalogue.Known).FirstDifference(stored, decision.Events) is { } difference
            ? AuditFinding.At(read, AuditFindingKind.Arithmetic, $"it does not follow from the events before: {difference.What}")
            : null;
    }

    static AuditFinding Misplaced(ReadEvent read) =>
        AuditFinding.At(read, AuditFindingKind.Altered, $"{read.Manifest} cannot follow the event before it");
}
