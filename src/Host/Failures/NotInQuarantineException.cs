using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Host.Failures;

/// <summary>An evaluator that was to be released is in no quarantine.</summary>
/// <param name="run">The run.</param>
/// <param name="evaluator">What was asked for.</param>
/// <param name="held">Those that are in one.</param>
sealed class NotInQuarantineException(RunId run, string evaluator, IReadOnlyCollection<string> held) : Exception(
    $"run {run} has no evaluator '{evaluator}' in quarantine; "
    + (held.Count == 0 ? "it asks all of its own" : $"there are {string.Join(", ", held)}"));
