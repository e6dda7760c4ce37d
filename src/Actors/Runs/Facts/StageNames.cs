namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>The stages before RL: their names on disk and their order.</summary>
public static class StageNames
{
    /// <summary>Prompts, tokenizer, data and first weights.</summary>
    public const string World = "world";
    /// <summary>Supervised fine-tuning.</summary>
    public const string Sft = "sft";
    /// <summary>Comparisons and their labels.</summary>
    public const string Preferences = "preferences";
    /// <summary>The ensemble of reward models.</summary>
    public const string RewardModels = "reward-models";

    /// <summary>All of them, one after the other; RL follows the last.</summary>
    public static IReadOnlyList<string> InOrder { get; } = [World, Sft, Preferences, RewardModels];

    /// <summary>The stage that follows finished ones; null where all are finished.</summary>
    public static string? NextOf(IReadOnlyCollection<StageCompleted> finished) =>
        finished.Count < InOrder.Count ? InOrder[finished.Count] : null;
}
