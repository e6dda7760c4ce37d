using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run shares its past with a parent that is not in the data directory, or whose log ends before the run left it.</summary>
/// <param name="run">The fork.</param>
/// <param name="fork">Where it left its parent.</param>
public sealed class ParentMissingException(RunId run, ForkPoint fork)
    : Exception($"run {run} is a fork of {fork.Run} after step {fork.Step}, whose events up to {fork.At} are not here; "
        + "import that run, or restore it from a backup")
{
    /// <summary>The fork.</summary>
    public RunId Run { get; } = run;
}
