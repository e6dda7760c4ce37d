using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Host.Failures;

/// <summary>What came of an inquiry could not be written into the log of its run.</summary>
/// <param name="run">The run.</param>
/// <param name="why">What the log said.</param>
sealed class NotRecordedException(RunId run, string why) : Exception(
    $"nothing was written into the log of run {run}: {why}");
