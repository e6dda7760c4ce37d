namespace ActorRlhf.Models.Llama;

/// <summary>What stands on top of the trunk.</summary>
public enum HeadKind
{
    /// <summary>Next-token logits (B, T, V): the policy and the reference model.</summary>
    LanguageModel,
    /// <summary>One number per position (B, T): a reward model or a critic.</summary>
    Scalar,
}
