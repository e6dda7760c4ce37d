namespace ActorRlhf.Models.Data;

/// <summary>What happens to a prompt that is too long.</summary>
public enum TruncationRule
{
    /// <summary><c>keep-last</c>: BOS stays and the oldest tokens behind it go.</summary>
    KeepLast,
    /// <summary><c>skip</c>: the dialogue is left out.</summary>
    Skip,
}
