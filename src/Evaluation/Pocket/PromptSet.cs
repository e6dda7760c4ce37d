namespace ActorRlhf.Evaluation.Pocket;

/// <summary>The three disjoint sets of prompts: what is measured on one was not trained on in another.</summary>
public enum PromptSet
{
    /// <summary>Demonstrations and comparisons: SFT and the reward models; 40% of the prompts.</summary>
    Training,
    /// <summary>Prompts of the reinforcement learning; 40%.</summary>
    Rl,
    /// <summary>Prompts that only evaluation sees; 20%.</summary>
    Heldout,
}
