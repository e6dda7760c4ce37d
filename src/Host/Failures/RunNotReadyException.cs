using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Host.Failures;

/// <summary>A run is not far enough for what was asked.</summary>
/// <param name="needed">The stage that must be done.</param>
/// <param name="last">The last stage that is done; null for none.</param>
/// <param name="isOver">Whether it will never be further.</param>
sealed class RunNotReadyException(RunId run, string needed, string? last, bool isOver)
    : Exception($"run {run} has not finished its stage '{needed}'; the last one it finished is "
        + $"{(last is null ? "none" : $"'{last}'")}. "
        + $"{(isOver ? "It is over, and never will" : "Wait for it, or go on with it: 'train --resume'")}")
{
    /// <summary>The stage that must be done.</summary>
    public string Needed { get; } = needed;
}
