using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Which artefacts an event vouches for. Hashes of weights that were not kept are no artefacts.</summary>
public static class NamedArtefacts
{
    /// <summary>The artefacts that were in the store when the event was written.</summary>
    public static IEnumerable<ContentHash> In(IEvent fact) => fact switch
    {
        StageCompleted stage => stage.Artefacts.Select(artefact => artefact.Hash),
        PreferenceLabelled labelled => [labelled.Artefact],
        RewardModelTrained model => [model.Weights],
        RolloutCollected rollout => [rollout.Artefact],
        PolicyUpdated updated => [updated.Artefact],
        CheckpointSaved checkpoint => checkpoint.Files.Select(file => file.Hash),
        SftCheckpointed checkpoint => checkpoint.Files.Select(file => file.Hash),
        EvaluationCompleted evaluation => [evaluation.Artefact],
        BenchmarkCompleted { Shots: { } shots } benchmark => [benchmark.Questions, shots, benchmark.Artefact],
        BenchmarkCompleted benchmark => [benchmark.Questions, benchmark.Artefact],
        _ => [],
    };
}
