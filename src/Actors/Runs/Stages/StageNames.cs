namespace ActorRlhf.Actors.Runs.Stages;

/// <summary>Names of the stages before RL, as events say them.</summary>
public static class StageNames
{
    /// <summary>Data, tokenizer and first weights.</summary>
    public const string World = "world";
    /// <summary>Supervised fine-tuning.</summary>
    public const string Sft = "sft";
    /// <summary>Comparisons.</summary>
    public const string Preferences = "preferences";
    /// <summary>The ensemble.</summary>
    public const string RewardModels = "reward-models";
}
