namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A run that was asked for could never begin: it takes more memory than the host has for all its runs.</summary>
/// <param name="recipe">Its recipe's name.</param>
/// <param name="needed">Bytes that it is expected to take.</param>
/// <param name="limit">Bytes that there are.</param>
public sealed class MemoryExceededException(string recipe, long needed, long limit)
    : Exception($"a run of {recipe} is expected to take {MemoryEstimate.Words(needed)} of memory, and the host has "
        + $"{MemoryEstimate.Words(limit)} for all its runs (memory.limit): choose a smaller model or fewer reward models, "
        + "or raise the limit")
{
    /// <summary>Bytes that it is expected to take.</summary>
    public long Needed { get; } = needed;

    /// <summary>Bytes that there are.</summary>
    public long Limit { get; } = limit;
}
