using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Fine-tunes the policy on demonstrations, from one checkpoint to the next.</summary>
static class SftStage
{
    const int StepsAtOnce = 20;                       // well under a second for a small model, and little to carry

    /// <summary>Trains up to the next checkpoint of SFT, or to its end.</summary>
    /// <param name="run">What the run shares.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="state">The run's.</param>
    /// <param name="after">What SFT has come to since the run's actor is there; null for what the log says.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<SftState> TrainAsync(RunContext run, IWorkers workers, RunState state, SftState? after, CancellationToken ct)
    {
        var every = run.Recipe.Checkpoint.SftEvery;
        var from = await BeginAsync(workers, state, after, ct).ConfigureAwait(false);
        var until = (int)Math.Min(run.Recipe.Pretrain.Steps, (from.Step / every + 1L) * every);
        for (var step = from.Step; step < until;)
        {
            var batches = Enumerable.Range(step, Math.Min(StepsAtOnce, until - step)).Select(run.World.Demonstrations).ToArray();
            step = (await workers.DoAsync(new LearnDemonstrations(step, batches), ct).ConfigureAwait(false)).Step;
        }
        return await workers.DoAsync(new SaveSft(until), ct).ConfigureAwait(false);
    }

    /// <summary>Begins where SFT has come to; where it has not begun, or its checkpoint is lost, with the first weights.</summary>
    static async Task<SftState> BeginAsync(IWorkers workers, RunState state, SftState? after, CancellationToken ct)
    {
        var first = new SftState(0, state.Stage(StageNames.World)!.Artefacts[^1].Hash, null, 0, 0);
        var from = after ?? (state.Sft is { } saved ? Of(saved) : first);
        try { await workers.DoAsync(new BeginSft(from), ct).ConfigureAwait(false); }
        catch (Exception lost) when (WorkFailure.KindOf(lost) is WorkFailureKind.FileLost && from.Step > 0)
        {
            from = first;
            await workers.DoAsync(new BeginSft(from), ct).ConfigureAwait(false);
        }
        return from;
    }

    static SftState Of(SftCheckpointed saved)
    {
        ContentHash Hash(string name) => CheckpointFiles.HashOf(saved.Files, name);
        return new SftState(saved.Step, Hash(SftState.PolicyFile), Hash(SftState.OptimizerFile), saved.Tokens, saved.LossSum);
    }

    /// <summary>What is logged of a checkpoint.</summary>
    public static SftCheckpointed Checkpointed(SftState state) => new(state.Step, state.Tokens, state.LossSum,
        [new(SftState.PolicyFile, state.Policy), new(SftState.OptimizerFile, state.Optimizer!.Value)]);

    /// <summary>What is logged at the end.</summary>
    public static StageCompleted Completed(RunContext run, SftState state) => new(StageNames.Sft,
        [new NamedArtefact("policy", state.Policy)],
        [new("loss", state.LossSum / Math.Max(1, SftState.LastTenth(run.Recipe.Pretrain))), new("tokens", state.Tokens)]);
}
