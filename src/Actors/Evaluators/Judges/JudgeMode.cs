namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>What a model is asked about a completion; on the wire its name in lower case.</summary>
public enum JudgeMode
{
    /// <summary>How good it is, as a number on a scale.</summary>
    Absolute,
    /// <summary>Whether it is better than another one; asked in both orders.</summary>
    Pairwise,
}
