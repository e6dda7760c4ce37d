using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Fine-tunes the policy on demonstrations, from one checkpoint to the next.</summary>
static class SftStage
{
    const int StepsAtOnce = 20;                       // well under a second for a small model, and little to carry

    /// <summary>What SFT goes on from: its newest checkpoint, or the first weights where there is none or a file of it is lost.</summary>
    public static SftState Begin(RunContext run, SftCheckpointed? saved)
    {
        if (saved is null) return new SftState(0, run.World.InitialPolicy(), null, 0, 0);
        ContentHash Hash(string name) => saved.Files.First(file => file.Name == name).Hash;
        try
        {
            var policy = CheckpointFiles.Weights(run.Artefacts, Hash(CheckpointFiles.Policy), run.World.Shape, HeadKind.LanguageModel, "SFT policy");
            var optimizer = CheckpointFiles.Optimizer(run.Artefacts, Hash(CheckpointFiles.PolicyOptimizer), run.World.Shape, HeadKind.LanguageModel);
            return new SftState(saved.Step, policy, optimizer, saved.Tokens, saved.LossSum);
        }
        catch (Exception broken) when (broken is ArtefactMissingException or ArtefactDamagedException) { return Begin(run, null); }
    }

    /// <summary>Trains up to the next checkpoint of SFT, or to its end.</summary>
    public static async Task<SftState> TrainAsync(RunContext run, IWorkers workers, SftState from, CancellationToken ct)
    {
        var every = run.Recipe.Checkpoint.SftEvery;
        var until = (int)Math.Min(run.Recipe.Pretrain.Steps, (from.Step / every + 1L) * every);
        await workers.DoAsync(new BeginSft(from), ct).ConfigureAwait(false);
        for (var step = from.Step; step < until;)
        {
            var batches = Enumerable.Range(step, Math.Min(StepsAtOnce, until - step)).Select(run.World.Demonstrations).ToArray();
            step = (await workers.DoAsync(new LearnDemonstrations(step, batches), ct).ConfigureAwait(false)).Step;
        }
        return await workers.DoAsync(new SaveSft(until), ct).ConfigureAwait(false);
    }

    /// <summary>What is logged of a checkpoint.</summary>
    public static SftCheckpointed Checkpointed(RunContext run, SftState state) => new(state.Step, state.Tokens, state.LossSum,
    [
        new(CheckpointFiles.Policy, CheckpointFiles.Put(run.Artefacts, state.Policy)),
        new(CheckpointFiles.PolicyOptimizer, CheckpointFiles.Put(run.Artefacts, state.Optimizer!)),
    ]);

    /// <summary>What is logged at the end.</summary>
    public static StageCompleted Completed(RunContext run, SftState state) => new(StageNames.Sft,
        [new NamedArtefact("policy", CheckpointFiles.Put(run.Artefacts, state.Policy))],
        [new("loss", state.LossSum / Math.Max(1, SftState.LastTenth(run.Recipe.Pretrain))), new("tokens", state.Tokens)]);
}
