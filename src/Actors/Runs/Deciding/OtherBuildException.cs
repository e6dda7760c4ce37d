using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>Another build than the run's would go on with it, and nobody has accepted that.</summary>
/// <param name="began">The build that it has had so far.</param>
/// <param name="now">This build.</param>
public sealed class OtherBuildException(RunId run, string began, string now)
    : Exception($"run {run} was trained by build {began}, this is build {now}, which may compute other bits; "
        + "go on with that build, or accept this one with --accept-build")
{
    /// <summary>The run.</summary>
    public RunId Run { get; } = run;

    /// <summary>Compares the builds.</summary>
    /// <param name="accepted">Whether a person has accepted this build.</param>
    /// <exception cref="OtherBuildException">They differ and nobody has accepted it.</exception>
    public static void ThrowUnless(RunId run, RunState state, bool accepted)
    {
        if (state.Build is { } build && build != RunFacts.Build && !accepted) throw new OtherBuildException(run, build, RunFacts.Build);
    }
}
