using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>What was executed again gave another result than the log has.</summary>
/// <param name="what">What was executed: <c>step 3</c>, <c>stage 'sft'</c>, <c>the evaluation after step 2</c>.</param>
/// <param name="logged">The first event that differs.</param>
/// <param name="difference">The first number that differs, both values.</param>
public sealed class RecomputationDifferenceException(RunId run, string what, ReadEvent logged, string difference)
    : Exception(
        $"{what} of run {run}, executed again, differs from event {logged.Sequence} ({logged.Manifest}): {difference}. "
        + "Only the same build computes the same bits, and with libtorch only on the same type of CPU")
{
    /// <summary>What was executed again.</summary>
    public string What { get; } = what;
    /// <summary>The first event that differs.</summary>
    public ReadEvent Logged { get; } = logged;
    /// <summary>The first number that differs, both values.</summary>
    public string Difference { get; } = difference;
}
