using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Which step an event belongs to.</summary>
public static class EventSteps
{
    /// <summary>The step that the event names, whatever kind of event it is; null for one that names none.</summary>
    public static int? Of(IEvent fact) => fact switch
    {
        RolloutCollected rollout => rollout.Step,
        RewardScored scored => scored.Step,
        KlMeasured kl => kl.Step,
        PolicyUpdated updated => updated.Step,
        StepSkipped skipped => skipped.Step,
        StepRolledBack back => back.Step,
        CheckpointAsked asked => asked.Step,
        CheckpointSaved saved => saved.Step,
        RunDiverged diverged => diverged.Step,
        RunCompleted completed => completed.Step,
        RunFailed failed => failed.Step,
        RunStopped stopped => stopped.Step,
        EvaluationCompleted evaluation => evaluation.Step,
        EvaluationFailed evaluation => evaluation.Step,
        MismatchDetected detected => detected.Step,
        BenchmarkCompleted benchmark => benchmark.Step,
        _ => null,
    };

    /// <summary>The step that an event ends; 0 for the last stage before RL, null for an event that ends none.</summary>
    internal static int? EndedBy(IEvent fact) => fact switch
    {
        StageCompleted { Stage: StageNames.RewardModels } => 0,
        PolicyUpdated or StepSkipped or StepRolledBack => Of(fact),
        _ => null,
    };

    /// <summary>Whether an event says what a stage before RL came to, and not how it came to that.</summary>
    internal static bool IsOutcomeOfStage(IEvent fact) => fact is PreferenceLabelled or RewardModelTrained or StageCompleted;

    /// <summary>Whether an event of the training stream is one of those that a step of RL is made of.</summary>
    internal static bool IsPartOfStep(IEvent fact) =>
        fact is RolloutCollected or RewardScored or KlMeasured or PolicyUpdated or StepSkipped or StepRolledBack;
}
