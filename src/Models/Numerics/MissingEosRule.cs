namespace ActorRlhf.Models.Numerics;

/// <summary>What happens to the score of a completion that did not end with EOS.</summary>
public enum MissingEosRule
{
    /// <summary>TRL: the penalty is subtracted from the score.</summary>
    Subtract,
    /// <summary>N+: the score is replaced by minus the penalty.</summary>
    Replace,
}
