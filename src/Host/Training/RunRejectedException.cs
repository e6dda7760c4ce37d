using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Host.Training;

/// <summary>A run that was there before cannot go on.</summary>
/// <param name="rejected">Why.</param>
sealed class RunRejectedException(Rejected rejected) : Exception($"run {rejected.Run} cannot go on: {rejected.Reason}");
