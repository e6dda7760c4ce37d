using System.Text.Json;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The policy at a point of the training stream.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="Weights">SHA-256 of its file; null before SFT.</param>
/// <param name="KlCoefficient">β of the next step.</param>
/// <param name="Prompts">How many held-out prompts the recipe in force there asks for.</param>
readonly record struct TrainingPoint(int Step, ContentHash? Weights, double KlCoefficient, int Prompts);

/// <summary>
/// Checks the events of a training stream one after the other: that they can be
/// read, that the run could have written them, their files, and their numbers.
/// </summary>
/// <param name="artefacts">Where the files are.</param>
/// <param name="files">Checks them.</param>
/// <param name="journal">Where the runs are whose stages it took.</param>
sealed class TrainingAudit(ArtefactStore artefacts, ArtefactAudit files, JournalReader journal)
{
    readonly RuleAudit _rules = new();
    readonly WriterEpochs _writers = new();
    readonly DueCheckpoints _checkpoints = new();
    readonly Dictionary<int, ContentHash?> _critics = [];     // of the checkpoints, by step
    IReadOnlyList<RolloutRow> _rows = [];                     // of the step under way
    ContentHash? _critic;
    Recipe? _parents;                                         // recipe, of a fork

    /// <summary>Where the run stands after the events so far.</summary>
    public RunState State => _rules.State;
    /// <summary>The recipe in force; null before the first event.</summary>
    public Recipe? Recipe { get; private set; }
    /// <summary>What prompts, texts and labels are held against; null before the first stage.</summary>
    public WorldAudit? World { get; private set; }
    /// <summary>The policy after the events so far.</summary>
    public TrainingPoint Point => new(State.Step, State.Weights, Coefficient, Recipe?.Evaluation.Prompts ?? 0);
    /// <summary>The rollouts so far.</summary>
    public KnownRollouts Rollouts { get; } = new();
    /// <summary>Steps whose numbers were computed again.</summary>
    public int Steps { get; private set; }
    /// <summary>Stages taken from runs that are not at hand.</summary>
    public List<StageReused> NotFollowed { get; } = [];

    double Coefficient => State.KlCoefficient ?? Recipe?.Kl.Coefficient ?? 0;

    /// <summary>What is wrong with the next event; null if nothing is.</summary>
    public AuditFinding? Check(ReadEvent read)
    {
        try { return CheckSound(read); }
        catch (Exception nil) when (nil is NullReferenceException or ArgumentNullException)
        {
            // MessagePack reads nil into whatever can be null.
            return AuditFinding.At(read, AuditFindingKind.Altered, "a field that must have a value is nil");
        }
    }

    AuditFinding? CheckSound(ReadEvent read)
    {
        try
        {
            if (read.Event is IFirstEvent first)
            {
                if (!State.IsWaiting) _parents = Recipe;
                Recipe = RecipeReader.Parse(first.Recipe, read.Stream, checkPaths: false);
            }
            _ = read.Envelope;
        }
        catch (Exception unreadable) when (unreadable is UnreadableEventException or UnknownEventException or RecipeException)
        {
            return AuditFinding.At(read, AuditFindingKind.Altered, unreadable.Message);
        }
        if (files.Check(read) is { } bad) return bad;
        var (before, point, step) = (State, Point, _rules.Open.ToArray());
        if (_rules.Check(read, Recipe) is { } rule) return rule;
        if (_writers.Training(read, step.Length == 0, before) is { } writer) return AuditFinding.At(read, AuditFindingKind.Altered, writer);
        if (_checkpoints.Check(read, before, Recipe!) is { } undue) return undue;
        if (read.Event is RecipeChanged changed) Recipe = RecipeChange.Apply(Recipe!, changed.Changes);
        try
        {
            return (Reused(read, step, before) ?? Arithmetic(read.Event, before, point, step)) is { } what
                ? AuditFinding.At(read, AuditFindingKind.Arithmetic,
                    read.Event is RolloutCollected or RewardScored or KlMeasured or StepSkipped or StepRolledBack
                        ? $"step {point.Step + 1}: {what}"
                        : what)
                : read.Event is PolicyUpdated updated ? Applied([.. step, read], updated) : null;
        }
        catch (Exception foreign) when (foreign is JsonException or SafetensorsException)
        {
            return AuditFinding.At(read, AuditFindingKind.Arithmetic, $"its artefact is not what such an event names: {foreign.Message}");
        }
    }

    /// <summary>Whether the stream ends where a run may end or be.</summary>
    /// <param name="stream">Its id.</param>
    /// <param name="last">Its last sequence number.</param>
    /// <param name="beingWritten">Whether somebody writes the data directory now.</param>
    public AuditFinding? End(string stream, long last, bool beingWritten)
    {
        if (last == 0) return new AuditFinding(stream, 1, AuditFindingKind.Truncated, "the stream is empty");
        if ((_rules.End(stream, last) ?? _checkpoints.End(stream, last)) is { } within) return within;
        return State.Status is RunStatus.Running && State.Step == Recipe?.Rl.Steps && !beingWritten
            ? new AuditFinding(stream, last + 1, AuditFindingKind.Truncated,
                $"step {State.Step} was the last one, but the run has no end: "
                    + "it was cut off, or its host died in that moment and has not gone on yet")
            : null;
    }

    /// <summary>Whether a stage that another run is said to have executed is that run's.</summary>
    string? Reused(ReadEvent read, ReadEvent[] stage, RunState before)
    {
        if (read.Event is StageReused && !Recipe!.Compute.ReuseStages) return "with compute.reuseStages false every stage is executed";
        if (read.Event is not StageCompleted || stage is not [{ Event: StageReused reused }, .. var others]
            || !RunId.TryOfTrainingStream(read.Stream, out var run)) return null;
        var difference = ReusedStageAudit.Difference(
            journal, reused, run, before, [.. others.Append(read).Select(one => one.Event)], out var wasFollowed);
        if (!wasFollowed) NotFollowed.Add(reused);
        return difference;
    }

    string? Arithmetic(IEvent fact, RunState before, TrainingPoint point, IReadOnlyList<ReadEvent> step)
    {
        var recipe = Recipe!;
        switch (fact)
        {
            case RunQueued queued: return StageAudit.First(queued, recipe, _parents);
            case RunStarted started:
                World = World?.Under(recipe, started.LogicVersion);
                return StageAudit.First(started, recipe, _parents) ?? Seed(started, recipe) ?? Computing(started, recipe.Compute);
            case PreferenceLabelled labelled: return StageAudit.Labelled(labelled, before, artefacts, World);
            case RewardModelTrained trained:
                _critic ??= trained.Weights;                  // the critic starts as the first reward model
                return StageAudit.Trained(trained, before) ?? ModelFigures.RewardModel(trained, before);
            case StageCompleted { Stage: StageNames.World } stage:
                (World, var wrong) = WorldAudit.Of(stage, recipe, State.Started!.LogicVersion, artefacts);
                return wrong;
            case StageCompleted { Stage: StageNames.Sft } sft:
                return StageAudit.Completed(sft, before, recipe) ?? ModelFigures.Sft(sft, before, recipe);
            case StageCompleted stage: return StageAudit.Completed(stage, before, recipe);
            case RolloutCollected rollout:
                _rows = RolloutRow.Read(artefacts, rollout.Artefact);
                Rollouts.Add(rollout, _rows.Count);
                if (_rows.Count != recipe.Rl.Episodes)
                    return $"{Counted.Of(_rows.Count, "completion")}, the recipe has {recipe.Rl.Episodes}";
                return StepAudit.Rollout(rollout, _rows, point.Weights ?? default)
                    ?? InTraining(rollout.Set, rollout.Source) ?? World?.Training(rollout.Step, _rows);
            case RewardScored scored: return StepAudit.Scored(scored, recipe.Reward, _rows.Count) ?? InTraining(scored.Set, scored.Source);
            case KlMeasured kl:
                if (kl.K1.Values.Length != _rows.Count || kl.K3.Values.Length != _rows.Count)
                    return $"{kl.K1.Values.Length} and {kl.K3.Values.Length} sums for {Counted.Of(_rows.Count, "sample")}";
                var measured = new KlMeasurement(kl.K1.Values, kl.K3.Values, _rows.Sum(row => row.TokenIds.Length));
                var next = measured.NextCoefficient(recipe.Kl, point.KlCoefficient, State.Started!.LogicVersion);
                return StepAudit.Kl(kl, measured, recipe.Kl, point.KlCoefficient, next,
                    State.Started!.LogicVersion < RunFacts.LogicOfOurOwnKernels) ?? InTraining(kl.Set, kl.Source);
            case PolicyUpdated updated:
                _critic = updated.CriticWeights;
                return null;
            case StepSkipped skipped:
                Steps++;
                return NotApplied(skipped.Tensor, step)
                    ?? EventDifference.First(skipped, skipped with { Policy = RecipeNames.Of(recipe.Rl.OnNonFinite) });
            case StepRolledBack back:
                Steps++;
                var checkpoint = before.RollbackTarget(back.Step);
                _critic = checkpoint is null ? before.RewardModels[0].Weights : _critics[checkpoint.Step];
                return NotApplied(back.Tensor, step) ?? EventDifference.First(back, back with
                {
                    Policy = RecipeNames.Of(recipe.Rl.OnNonFinite),
                    Checkpoint = checkpoint?.Step ?? 0,
                    Weights = checkpoint is null ? before.SftPolicy : CheckpointFiles.HashOf(checkpoint.Files, PpoState.PolicyFile),
                });
            case CheckpointSaved saved:
                _critics[saved.Step] = _critic;
                // A fork goes on with its parent's coefficient, unless it was given one of its own.
                var own = saved.Step == before.Parent?.Step && before.Checkpoints.IsEmpty
                    && _parents is not null && _parents.Kl.Coefficient != recipe.Kl.Coefficient;
                return StageAudit.Checkpoint(saved, own ? recipe.Kl.Coefficient : point.KlCoefficient, point.Weights, _critic);
            case SftCheckpointed saved: return StageAudit.SftCheckpoint(saved, before, recipe) ?? ModelFigures.Sft(saved, before, recipe);
            case RunRecovered recovered: return StageAudit.Recovered(recovered, before);
            default: return null;
        }
    }

    AuditFinding? Applied(IReadOnlyList<ReadEvent> step, PolicyUpdated updated)
    {
        Steps++;
        return new StepAudit(Recipe!, _rows, State.Started!.LogicVersion)
            .Applied(step, StepTokens.Read(artefacts.Read(updated.Artefact), $"artefact {updated.Artefact}"));
    }

    /// <summary>Why a step was not applied, as far as its events tell: how far it came, and its rollout and scores.</summary>
    string? NotApplied(string tensor, IReadOnlyList<ReadEvent> step)
    {
        string? found = null;
        if (step.Count >= 2)
        {
            var scored = (RewardScored)step[1].Event;
            var reward = new RewardMeasurement(RewardMeasurement.MembersOf(scored), scored.Result.Values);
            found = Degenerate.Find(_rows, reward, [], new Measured([], []));
        }
        return found is not null && found != tensor ? $"tensor was {tensor} in the log and is {found} now"
            : found is null && !Degenerate.MayBe(tensor, step.Count)
                ? $"tensor is {tensor}, which nothing is wrong with after {Counted.Of(step.Count, "event")} of the step"
            : null;
    }

    static string? Seed(RunStarted started, Recipe recipe) =>
        recipe.Seed == started.Seed ? null : $"seed is {started.Seed}, the recipe says {recipe.Seed}";

    static string? Computing(RunStarted started, ComputeRecipe recipe) =>
        started.LogicVersion < RunFacts.LogicOfTheToldRestart ? null
        : started.LogicVersion < RunFacts.LogicOfOurOwnKernels && recipe.Engine is not ComputeEngine.Torch
            ? $"logicVersion is {started.LogicVersion}, which knew no compute.engine; the recipe says {RecipeNames.Of(recipe.Engine)}"
        : started.Threads != recipe.Threads ? $"threads is {started.Threads}, the recipe has {recipe.Threads}"
        : !started.Device.StartsWith($"{RecipeNames.Of(recipe.Device)};", StringComparison.Ordinal)
            ? $"device is '{started.Device}', the recipe has {RecipeNames.Of(recipe.Device)}"
        : null;

    static string? InTraining(string? set, StreamHead? source) => set is null && source is null
        ? null
        : $"set is {set ?? "null"} and source {source?.ToString() ?? "null"}; the training stream has neither";
}
