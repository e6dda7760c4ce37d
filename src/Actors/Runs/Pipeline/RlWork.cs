using System.Diagnostics;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Takes the steps of RL: knows where the policy is, restores it, moves it on, saves it.</summary>
/// <remarks>One piece at a time.</remarks>
/// <param name="run">What the run shares.</param>
/// <param name="workers">Who computes.</param>
/// <param name="logged">Steps that the log has and that may be executed again; null where all of them are at hand.</param>
/// <param name="ahead">
/// The next step's rollout begins while a step is being stored: workers compute while a disk makes one wait. It is kept in memory alone,
/// and dropped where another policy takes over.
/// </param>
sealed class RlWork(RunContext run, IWorkers workers, LoggedSteps? logged, bool ahead = false)
{
    Ahead? _ahead;

    /// <summary>Where the policy is; null if it must be restored.</summary>
    public PolicyCursor? Cursor { get; private set; }

    /// <summary>The step whose state the policy was last restored to.</summary>
    public int RestoredFrom { get; private set; }

    /// <summary>
    /// Step of a checkpoint of which files were lost, and which is written anew when the policy gets there; null for none.
    /// </summary>
    public int? Broken { get; private set; }

    /// <summary>What the policy held is gone: it must be restored.</summary>
    public void Forget()
    {
        Cursor = null;
        Drop();
    }

    /// <summary>Brings the policy to the newest checkpoint; before the first one to the SFT model.</summary>
    public async Task<WorkResult> RestoreAsync(RunState state, CancellationToken ct)
    {
        var cursor = await BeginWholeAsync(state, ct).ConfigureAwait(false);
        return WorkResult.Of(() => (Cursor, RestoredFrom) = (cursor, cursor.Step));
    }

    /// <summary>The step after the cursor's.</summary>
    /// <param name="state">The run's.</param>
    /// <param name="cursor">The policy before it.</param>
    /// <param name="completions">Those of the log, where the step is executed again without sampling; null samples them.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StepNotAppliedException">The step cannot be applied, and the recipe says that this ends the run.</exception>
    public async Task<WorkResult> StepAsync(
        RunState state, PolicyCursor cursor, IReadOnlyList<RolloutRow>? completions, CancellationToken ct)
    {
        var step = cursor.Step + 1;
        Task<ScoredRollout> Begin(PolicyCursor policy, CancellationToken until) => ScoredRollout.OfAsync(
            run, workers, policy.Hash, policy.Step + 1, state.SftPolicy, state.Members, completions, until);
        if (_ahead is { } other && other.Policy != cursor) Drop();
        var begun = _ahead?.Rollout;
        using var taken = _ahead?.Ending;
        _ahead = null;
        var idle = begun is { IsCompletedSuccessfully: true } ? Stopwatch.GetElapsedTime(begun.Result.ReadyAt) : TimeSpan.Zero;
        var outcome = await RlStep.RunAsync(run, workers, cursor, begun ?? Begin(cursor, ct), state.Started!.LogicVersion, after =>
        {
            if (!ahead || after.Step >= run.Recipe.Rl.Steps) return;
            var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
            _ahead = new Ahead(after, Begin(after, ending.Token), ending);
        }, ct).ConfigureAwait(false);
        if (outcome.After is { } after) return Step(step, outcome.Events, after) with { Idle = idle };

        var rule = RecipeNames.Of(run.Recipe.Rl.OnNonFinite);
        switch (run.Recipe.Rl.OnNonFinite)
        {
            case NonFiniteRule.Skip:
                await workers.DoAsync(new SkipStep(step), ct).ConfigureAwait(false);
                // The log says how the controller went on, if the step came that far.
                var measured = outcome.Events.Select(timed => timed.Fact).OfType<KlMeasured>().LastOrDefault();
                var skipped = cursor with { Step = step, KlCoefficient = measured?.CoefficientAfter ?? cursor.KlCoefficient };
                return Step(step, [.. outcome.Events, new(new StepSkipped(step, outcome.NotApplied!, rule))], skipped);
            case NonFiniteRule.Rollback:
                var checkpoint = state.RollbackTarget(step);
                var back = await BeginAsync(state, checkpoint, step, ct).ConfigureAwait(false);
                var rolledBack = new StepRolledBack(step, outcome.NotApplied!, rule, checkpoint?.Step ?? 0, back.Hash);
                return Step(step, [.. outcome.Events, new(rolledBack)], back);
            default:
                throw new StepNotAppliedException(step, outcome.NotApplied!);
        }
    }

    /// <summary>Saves the policy where it is.</summary>
    /// <param name="cursor">Where it is.</param>
    /// <param name="asked">Why that is done out of turn; null where it is due.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<WorkResult> CheckpointAsync(PolicyCursor cursor, string? asked, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var policy = await workers.DoAsync(new SavePolicy(cursor.Step), ct).ConfigureAwait(false);
        var saved = new CheckpointSaved(cursor.Step, cursor.KlCoefficient, [.. policy.Files]);
        return new WorkResult(new RecordCheckpoint(saved, run.Recipe.Checkpoint.Keep, asked), [new(saved, clock.Elapsed)], () => { });
    }

    /// <summary>
    /// Writes the files of a damaged checkpoint anew: the steps up to it were executed again and found equal, so the bytes are the same.
    /// </summary>
    public async Task<WorkResult> MendCheckpointAsync(PolicyCursor cursor, CancellationToken ct)
    {
        await workers.DoAsync(new SavePolicy(cursor.Step), ct).ConfigureAwait(false);
        return WorkResult.Of(() => Broken = null);
    }

    WorkResult Step(int step, IReadOnlyList<TimedEvent> events, PolicyCursor after) => new(
        new RecordStep(step, [.. events.Select(timed => timed.Fact)]), events, () => Cursor = after,
        new StepEnded(run.Id, step, run.Recipe.Rl.Steps, events));

    /// <summary>
    /// Begins with the newest checkpoint; where a file of it is lost, with the one before, which leads to the same weights.
    /// </summary>
    async Task<PolicyCursor> BeginWholeAsync(RunState state, CancellationToken ct)
    {
        var (newest, previous) = (state.Checkpoints.LastOrDefault(), state.Checkpoints.SkipLast(1).LastOrDefault());
        // A fork's first checkpoint is all that it has of its past.
        bool CanGoFurtherBack() => newest is not null && (previous is not null || state.Parent is null)
            && (logged?.Cover(previous?.Step ?? 0, state.Step) ?? true);
        try { return await BeginAsync(state, newest, newest?.Step ?? 0, ct).ConfigureAwait(false); }
        catch (Exception broken) when (WorkFailure.KindOf(broken) is WorkFailureKind.FileLost && CanGoFurtherBack())
        {
            Broken = newest!.Step;
            return await BeginAsync(state, previous, previous?.Step ?? 0, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Begins with a checkpoint; without one the policy is the SFT model and the critic the first reward model (N+).</summary>
    /// <param name="step">The step behind which the policy is then.</param>
    async Task<PolicyCursor> BeginAsync(RunState state, CheckpointSaved? checkpoint, int step, CancellationToken ct)
    {
        var files = checkpoint?.Files ?? [new(PpoState.PolicyFile, state.SftPolicy), new(PpoState.CriticFile, state.Members[0])];
        await workers.DoAsync(new BeginPpo(step, files), ct).ConfigureAwait(false);
        var policy = CheckpointFiles.HashOf(files, PpoState.PolicyFile);
        return new PolicyCursor(step, checkpoint?.KlCoefficient ?? run.Recipe.Kl.Coefficient, policy);
    }

    /// <summary>Gives up the rollout that was begun: what it would ask of the policy next is asked of another one by then.</summary>
    void Drop()
    {
        _ahead?.Ending.Cancel();
        _ahead?.Ending.Dispose();
        _ahead = null;
    }

    sealed record Ahead(PolicyCursor Policy, Task<ScoredRollout> Rollout, CancellationTokenSource Ending);
}
