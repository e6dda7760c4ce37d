using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The steps whose policy was evaluated according to the training stream, which goes on only when the evaluation is stored.</summary>
/// <remarks>Only for the first writer: whoever takes a run up again may evaluate at other steps.</remarks>
sealed class DueEvaluations
{
    /// <summary>The steps, in order.</summary>
    public List<int> Steps { get; } = [];

    /// <summary>Takes in the next event of the run's own stream.</summary>
    public void Add(ReadEvent read, RunStarted started, Recipe recipe)
    {
        int? behind = read.Event switch
        {
            RolloutCollected rollout => rollout.Step - 1,
            StepSkipped skipped => skipped.Step - 1,
            CheckpointSaved saved => saved.Step,
            RunCompleted completed => completed.Step,
            _ => null,
        };
        if (behind is not { } step || read.Envelope.WriterEpoch > 1 || Steps.Contains(step)) return;
        if (step >= (started.Parent?.Step + 1 ?? 0) && (step % recipe.Evaluation.Every == 0 || step == recipe.Rl.Steps)) Steps.Add(step);
    }
}
