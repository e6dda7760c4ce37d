namespace ActorRlhf.Actors.Recipes;

/// <summary>What happens to a dataset prompt of more than <c>data.maxPromptTokens</c> tokens.</summary>
public enum PromptTruncation
{
    /// <summary><c>keep-last</c>: its last tokens are kept, so that the newest turn of a dialogue stays.</summary>
    KeepLast,
    /// <summary><c>skip</c>: the pair is left out.</summary>
    Skip,
}
