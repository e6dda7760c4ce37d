using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>A step that was executed again gave other numbers than the log has.</summary>
/// <param name="logged">The first event that differs.</param>
/// <param name="difference">The first number that differs, both values.</param>
public sealed class RecomputationDifferenceException(RunId run, int step, ReadEvent logged, string difference)
    : Exception($"step {step} of run {run}, executed again, differs from event {logged.Sequence} ({logged.Manifest}): {difference}. Only the same build on the same type of CPU computes the same bits")
{
    /// <summary>The step.</summary>
    public int Step { get; } = step;
    /// <summary>The first event that differs.</summary>
    public ReadEvent Logged { get; } = logged;
    /// <summary>The first number that differs, both values.</summary>
    public string Difference { get; } = difference;
}
