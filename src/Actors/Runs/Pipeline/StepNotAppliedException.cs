using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>A step cannot be applied and the recipe says that this ends the run.</summary>
/// <param name="tensor">The tensor at fault.</param>
public sealed class StepNotAppliedException(int step, string tensor)
    : Exception($"step {step} was not applied because {StepFault.Words(tensor)}; rl.onNonFinite is stop (skip and rollback go on)")
{
    /// <summary>The step.</summary>
    public int Step { get; } = step;
    /// <summary>The tensor at fault.</summary>
    public string Tensor { get; } = tensor;
}
