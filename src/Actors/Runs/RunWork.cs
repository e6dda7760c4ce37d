using System.Diagnostics;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Evaluations;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Policy;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Rollouts;
using ActorRlhf.Actors.Runs.Stages;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs;

/// <summary>One piece of a run's work: what it is called, and what doing it gives.</summary>
/// <param name="Name">For people and for counting failures: <c>sft</c>, <c>step 17</c>.</param>
/// <param name="Do">Does it.</param>
sealed record WorkItem(string Name, Func<CancellationToken, Task<WorkResult>> Do);

/// <summary>What a piece of work gave: something to record, and what holds once it is recorded.</summary>
/// <param name="Command">The command to decide on; null if there is nothing to record.</param>
/// <param name="Events">The same events with their durations.</param>
/// <param name="Then">Runs when all is stored.</param>
/// <param name="Announcement">For whoever looks on, once all is stored; null for nothing.</param>
sealed record WorkResult(RunCommand? Command, IReadOnlyList<TimedEvent> Events, Action Then, object? Announcement = null);

/// <summary>Knows what a run does next and does it. Holds what is too large for the state and can be won back from artefacts: models, comparisons, the policy's cursor.</summary>
/// <remarks>The run's actor asks for one piece at a time and waits for it, so nothing here is used twice at once.</remarks>
/// <param name="run">What the run shares.</param>
/// <param name="children">Who does the work.</param>
/// <param name="logged">Steps that the log has and that may be executed again; null where all of them are at hand.</param>
sealed class RunWork(RunContext run, RunChildren children, LoggedSteps? logged)
{
    readonly HashSet<int> _evaluated = [];
    SftState? _pretraining;
    ModelWeights? _sft;
    ModelWeights[]? _members;
    LabelledComparisons? _training, _heldout;
    TokenSequence[]? _calibration;
    TimeSpan _sftTime, _ensembleTime;
    int? _broken;                                     // step of a checkpoint of which files were lost
    readonly Dictionary<int, PolicyState> _passed = [];       // states that a later rollback goes back to although their checkpoint was removed

    /// <summary>Where the policy is; null if it must be restored.</summary>
    public PolicyCursor? Cursor { get; private set; }

    /// <summary>The step whose state the policy was last restored to.</summary>
    public int RestoredFrom { get; private set; }

    /// <summary>The next piece; null if all is done.</summary>
    public WorkItem? Next(RunState state, StreamHead head)
    {
        if (state.Stage(StageNames.World) is null) return new(StageNames.World, _ => Task.FromResult(Stage(StageNames.World, WorldStage.Run(run, run.World.InitialPolicy()), () => { })));
        if (state.Stage(StageNames.Sft) is null) return new(StageNames.Sft, ct => SftAsync(state, ct));
        if (state.Stage(StageNames.Preferences) is null) return new(StageNames.Preferences, ct => PreferencesAsync(state, ct));
        if (state.RewardModels.Length < run.Recipe.Reward.Members) return new($"reward model {state.RewardModels.Length + 1}", ct => RewardModelAsync(state, ct));
        if (state.Stage(StageNames.RewardModels) is null) return new(StageNames.RewardModels, _ => Task.FromResult(EnsembleComplete(state)));
        if (Cursor is not { } cursor) return new("restore", ct => RestoreAsync(state, ct));

        if (cursor.Step == _broken) return new($"checkpoint {cursor.Step} again", ct => MendCheckpointAsync(cursor, ct));
        var recipe = run.Recipe;
        var caughtUp = cursor.Step == state.Step;
        var last = cursor.Step == recipe.Rl.Steps;
        if (caughtUp && (cursor.Step % recipe.Evaluation.Every == 0 || last) && !_evaluated.Contains(cursor.Step)) return new($"evaluation {cursor.Step}", ct => EvaluateAsync(state, cursor, head, ct));
        var checkpointDue = cursor.Step > 0 && (cursor.Step % recipe.Checkpoint.Every == 0 || last);
        if (caughtUp && checkpointDue && state.Checkpoints.All(saved => saved.Step != cursor.Step)) return new($"checkpoint {cursor.Step}", ct => CheckpointAsync(cursor, ct));
        return last ? null : new($"step {cursor.Step + 1}", ct => StepAsync(state, cursor, null, ct));
    }

    /// <summary>Remembers the state where the policy is now, for a rollback to it.</summary>
    public async Task RememberAsync(CancellationToken ct) =>
        _passed[Cursor!.Step] = await children.Policy.AskAsync<PolicyState>(new SavePolicy(Cursor.Step), ct).ConfigureAwait(false);

    /// <summary>What the policy held is gone: the next piece restores it.</summary>
    public void ForgetPolicy() => Cursor = null;

    async Task<WorkResult> SftAsync(RunState state, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var after = await SftStage.TrainAsync(run, children, _pretraining ?? SftStage.Begin(run, state.Sft), ct).ConfigureAwait(false);
        if (after.Step == run.Recipe.Pretrain.Steps) return Stage(StageNames.Sft, [new(SftStage.Completed(run, after), _sftTime + clock.Elapsed)], () => (_pretraining, _sft) = (null, after.Policy));
        var saved = new TimedEvent(SftStage.Checkpointed(run, after), clock.Elapsed);
        return new WorkResult(new RecordSftCheckpoint((SftCheckpointed)saved.Fact), [saved], () => (_pretraining, _sftTime) = (after, _sftTime + saved.Duration!.Value));
    }

    async Task<WorkResult> PreferencesAsync(RunState state, CancellationToken ct)
    {
        var (events, training, heldout) = await PreferenceStage.RunAsync(run, children, Sft(state), ct).ConfigureAwait(false);
        return Stage(StageNames.Preferences, events, () => (_training, _heldout) = (training, heldout));
    }

    /// <summary>One member at a time, so that a run that was cut off goes on behind the last finished one.</summary>
    async Task<WorkResult> RewardModelAsync(RunState state, CancellationToken ct)
    {
        var sft = Sft(state);
        _training ??= PreferenceStage.Read(run.Artefacts, state.Preferences[0]);
        _heldout ??= PreferenceStage.Read(run.Artefacts, state.Preferences[1]);
        _calibration ??= await RewardModelStage.CalibrationAsync(run, children, sft, ct).ConfigureAwait(false);
        var trained = await RewardModelStage.TrainAsync(run, children, state.RewardModels.Length, sft, _training, _heldout, _calibration, ct).ConfigureAwait(false);
        return new WorkResult(new RecordRewardModel((RewardModelTrained)trained.Fact), [trained], () => _ensembleTime += trained.Duration!.Value);
    }

    WorkResult EnsembleComplete(RunState state) =>
        Stage(StageNames.RewardModels, [new(RewardModelStage.Completed(state.RewardModels), _ensembleTime)], () => (_training, _heldout, _calibration) = (null, null, null));

    /// <summary>Brings the policy to the newest checkpoint; before the first one to the SFT model.</summary>
    public async Task<WorkResult> RestoreAsync(RunState state, CancellationToken ct)
    {
        var (policy, cursor) = NewestWhole(state);
        await children.Policy.AskAsync<PpoBegun>(new BeginPpo(policy), ct).ConfigureAwait(false);
        return new WorkResult(null, [], () => (Cursor, RestoredFrom) = (cursor, cursor.Step));
    }

    /// <summary>The step after the cursor's.</summary>
    /// <param name="state">The run's.</param>
    /// <param name="cursor">The policy before it.</param>
    /// <param name="completions">Those of the log, where the step is executed again without sampling; null samples them.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<WorkResult> StepAsync(RunState state, PolicyCursor cursor, IReadOnlyList<RolloutRow>? completions, CancellationToken ct)
    {
        var step = cursor.Step + 1;
        var outcome = await RlStep.RunAsync(run, children, cursor, Sft(state), Members(state), state.Started!.LogicVersion, completions, ct).ConfigureAwait(false);
        if (outcome.After is { } after) return Step(step, outcome.Events, after);

        var rule = RecipeNames.Of(run.Recipe.Rl.OnNonFinite);
        switch (run.Recipe.Rl.OnNonFinite)
        {
            case NonFiniteRule.Skip:
                await children.Policy.AskAsync<PpoBegun>(new SkipStep(step), ct).ConfigureAwait(false);
                // The log says how the controller went on, if the step came that far.
                var coefficient = outcome.Events.Select(timed => timed.Fact).OfType<KlMeasured>().LastOrDefault()?.CoefficientAfter ?? cursor.KlCoefficient;
                return Step(step, [.. outcome.Events, new(new StepSkipped(step, outcome.NotApplied!, rule))], cursor with { Step = step, KlCoefficient = coefficient });
            case NonFiniteRule.Rollback:
                var checkpoint = state.Checkpoints.LastOrDefault(saved => saved.Step < step);
                var (policy, back) = StateAt(state, checkpoint);
                await children.Policy.AskAsync<PpoBegun>(new BeginPpo(policy with { Step = step }), ct).ConfigureAwait(false);
                return Step(step, [.. outcome.Events, new(new StepRolledBack(step, outcome.NotApplied!, rule, back.Step, back.Hash))], back with { Step = step });
            default:
                throw new StepNotAppliedException(step, outcome.NotApplied!);
        }
    }

    WorkResult Stage(string name, IReadOnlyList<TimedEvent> events, Action then) =>
        new(new RecordStage(name, [.. events.Select(timed => timed.Fact)]), events, then, new StageEnded(run.Id, name, events));

    WorkResult Step(int step, IReadOnlyList<TimedEvent> events, PolicyCursor after) =>
        new(new RecordStep(step, [.. events.Select(timed => timed.Fact)]), events, () => Cursor = after, new StepEnded(run.Id, step, run.Recipe.Rl.Steps, events));

    async Task<WorkResult> EvaluateAsync(RunState state, PolicyCursor cursor, StreamHead head, CancellationToken ct)
    {
        var evaluated = await children.Evaluations.AskAsync<HeldoutEvaluated>(new EvaluateHeldout(cursor, Sft(state), Members(state), head, children), ct).ConfigureAwait(false);
        return new WorkResult(null, [], () => _evaluated.Add(cursor.Step), new RunEvaluated(run.Id, evaluated));
    }

    async Task<WorkResult> CheckpointAsync(PolicyCursor cursor, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var policy = await children.Policy.AskAsync<PolicyState>(new SavePolicy(cursor.Step), ct).ConfigureAwait(false);
        var saved = new CheckpointSaved(cursor.Step, cursor.KlCoefficient, CheckpointFiles.Put(run.Artefacts, policy));
        return new WorkResult(new RecordCheckpoint(saved, run.Recipe.Checkpoint.Keep), [new(saved, clock.Elapsed)], () => { });
    }

    /// <summary>The newest checkpoint, or where a file of it is lost or damaged the one before it, which leads to the same weights.</summary>
    (PolicyState State, PolicyCursor Cursor) NewestWhole(RunState state)
    {
        var (newest, previous) = (state.Checkpoints.LastOrDefault(), state.Checkpoints.SkipLast(1).LastOrDefault());
        try { return StateAt(state, newest); }
        // A fork's first checkpoint is all that it has of its past.
        catch (Exception broken) when (broken is ArtefactMissingException or ArtefactDamagedException && newest is not null && (previous is not null || state.Started!.Parent is null) && (logged?.Cover(previous?.Step ?? 0, state.Step) ?? true))
        {
            _broken = newest.Step;
            return StateAt(state, previous);
        }
    }

    /// <summary>Writes the files of a damaged checkpoint anew: the steps up to it were executed again and found equal, so the bytes are the same.</summary>
    async Task<WorkResult> MendCheckpointAsync(PolicyCursor cursor, CancellationToken ct)
    {
        var policy = await children.Policy.AskAsync<PolicyState>(new SavePolicy(cursor.Step), ct).ConfigureAwait(false);
        CheckpointFiles.Mend(run.Artefacts, policy);
        return new WorkResult(null, [], () => _broken = null);
    }

    (PolicyState State, PolicyCursor Cursor) StateAt(RunState state, CheckpointSaved? checkpoint)
    {
        var sft = Sft(state);
        // Before the first checkpoint the policy is the SFT model, and the critic starts as the first reward model (N+).
        var policy = checkpoint is null ? new PolicyState(0, sft, Members(state)[0], null, null)
            : _passed.TryGetValue(checkpoint.Step, out var passed) ? passed
            : CheckpointFiles.Read(run.Artefacts, checkpoint, sft.Config);
        var hash = checkpoint is null ? state.Stage(StageNames.Sft)!.Artefacts[0].Hash : checkpoint.Files.First(file => file.Name == CheckpointFiles.Policy).Hash;
        return (policy, new PolicyCursor(policy.Step, checkpoint?.KlCoefficient ?? run.Recipe.Kl.Coefficient, policy.Policy, hash));
    }

    ModelWeights Sft(RunState state) =>
        _sft ??= ModelWeightsFile.FromSafetensors(run.Artefacts.Read(state.Stage(StageNames.Sft)!.Artefacts[0].Hash), run.World.Shape, HeadKind.LanguageModel, "SFT policy");

    ModelWeights[] Members(RunState state) => _members ??= [.. state.RewardModels.Select(model =>
        ModelWeightsFile.FromSafetensors(run.Artefacts.Read(model.Weights), Sft(state).Config, HeadKind.Scalar, $"reward model {model.Member}"))];
}
