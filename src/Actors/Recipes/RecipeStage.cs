namespace ActorRlhf.Actors.Recipes;

/// <summary>The parts of a run, in their order.</summary>
public enum RecipeStage
{
    /// <summary>Prompts, tokenizer, data and first weights.</summary>
    World,
    /// <summary>Supervised fine-tuning.</summary>
    Sft,
    /// <summary>Comparisons and their labels.</summary>
    Preferences,
    /// <summary>The ensemble of reward models.</summary>
    RewardModels,
    /// <summary>Reinforcement learning.</summary>
    Rl,
}
