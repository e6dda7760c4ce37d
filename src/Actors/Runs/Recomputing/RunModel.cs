using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>The policy of a run after any of its steps, as a model that can write.</summary>
public static class RunModel
{
    /// <summary>Which run and which of its steps a name means; the run's chain is verified.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunDeletedException">There was one.</exception>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="BrokenChainException">An event is missing, altered or not linked to the one before.</exception>
    public static (RunRecord Run, int Step) Find(RunReader runs, RunPolicyName name)
    {
        var run = runs.OpenVerified(name.Run);
        var step = name.Step ?? run.State.Step;
        ThrowUnlessLogged(run, step);
        return (run, step);
    }

    /// <summary>
    /// Loads it: from a checkpoint of that step where there is one, otherwise by executing the steps since the nearest one again.
    /// </summary>
    /// <param name="step">From 0, the SFT policy, to its last.</param>
    /// <param name="acceptBuild">Whether this build may execute steps of a run that another one trained.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="RecomputationDifferenceException">A step gave other numbers than the log has.</exception>
    /// <exception cref="ArtefactMissingException">What is needed was removed.</exception>
    public static async Task<(ModelWeights Weights, ITokenizer Tokenizer)> LoadAsync(
        RunRecord run, int step, bool acceptBuild, CancellationToken ct, ComputePool? pool = null)
    {
        ThrowUnlessLogged(run, step);
        var start = StoredWorld.PolicyOf(run);
        var owner = run.OwnerOf(step);
        ModelWeights Read(ContentHash hash) => run.Artefacts.Read(hash, path =>
            ModelWeightsFile.FromFile(path, start.Shape, HeadKind.LanguageModel, $"policy of run {run.Id} after step {step}"));
        if (step == 0) return (Read(run.State.SftPolicy), start.Tokenizer);
        if (owner.State.Checkpoints.FirstOrDefault(saved => saved.Step == step) is { } checkpoint)
            return (Read(CheckpointFiles.HashOf(checkpoint.Files, PpoState.PolicyFile)), start.Tokenizer);
        using var recomputation = new Recomputation(owner, StoredWorld.Of(owner), acceptBuild, pool: pool);
        return ((await recomputation.AfterAsync(step, null, ct).ConfigureAwait(false)).State.Policy, start.Tokenizer);
    }

    static void ThrowUnlessLogged(RunRecord run, int step)
    {
        if (step > run.State.Step || run.State.Stage(StageNames.Sft) is null) throw new StepNotLoggedException(run.Id, step, run.State);
    }
}
