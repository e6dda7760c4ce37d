using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>Skipped, with the reason, where the machine has no sandbox or no Python.</summary>
sealed class SandboxFactAttribute : FactAttribute
{
    public SandboxFactAttribute() => Skip = SandboxTheoryAttribute.WhyNot;
}

/// <summary>The same for a theory.</summary>
sealed class SandboxTheoryAttribute : TheoryAttribute
{
    public SandboxTheoryAttribute() => Skip = WhyNot;

    internal static string? WhyNot => !Sandbox.Detect().IsAvailable ? Sandbox.Detect().Description
        : Sandbox.Find("python3") is null ? $"there is no python3 in {Sandbox.SearchPath}"
        : null;
}
