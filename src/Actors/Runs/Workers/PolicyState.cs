using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Everything that the policy's next step depends on, besides the recipe: what a checkpoint holds.</summary>
/// <param name="Step">Steps behind it.</param>
/// <param name="PolicyOptimizer">Adam's state; null for a fresh one.</param>
/// <param name="CriticOptimizer">The same for the critic.</param>
public sealed record PolicyState(int Step, ModelWeights Policy, ModelWeights Critic, AdamState? PolicyOptimizer, AdamState? CriticOptimizer)
{
    /// <summary>The state of a trainer.</summary>
    public static PolicyState Of(int step, PpoTrainer trainer) => new(step,
        trainer.Policy.Weights.Clone(), trainer.Critic.Weights.Clone(),
        AdamState.Of(trainer.Policy.Optimizer), AdamState.Of(trainer.Critic.Optimizer));
}
