namespace ActorRlhf.Actors.Evaluators;

/// <summary>What keeps an evaluator from everything that is none of its business, as far as this machine offers it.</summary>
public sealed class Sandbox
{
    /// <summary>Tries out once what this machine offers.</summary>
    public static Sandbox Detect() => throw new NotImplementedException();

    /// <summary>Whether there is any.</summary>
    public bool IsAvailable => throw new NotImplementedException();

    /// <summary>What it is, or why there is none and what to do.</summary>
    public string Description => throw new NotImplementedException();
}
