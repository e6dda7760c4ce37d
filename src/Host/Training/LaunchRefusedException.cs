using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Host.Training;

/// <summary>The host did not take a run up.</summary>
/// <param name="rejected">Why.</param>
/// <param name="launch">What was asked of it.</param>
sealed class LaunchRefusedException(Rejected rejected, RunLaunch launch)
    : Exception(rejected.Kind is RejectionKind.Impossible && launch is ContinueRun
        ? $"run {rejected.Run} cannot go on: {rejected.Reason}"
        : rejected.Reason)
{
    /// <summary>What kind of reason that is.</summary>
    public RejectionKind Kind { get; } = rejected.Kind;
}
