using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Launching;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>What a host's runs are expected to take of its memory, and whether another one fits beside them.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="limit">What they may take together; null for whatever they take.</param>
sealed class MemoryBudget(MemoryLimit? limit)
{
    readonly Dictionary<RunId, long> _bytes = [];

    /// <summary>Whether a run can be judged.</summary>
    public bool Knows(RunId run) => limit is null || _bytes.ContainsKey(run);

    /// <summary>Says what a run is expected to take.</summary>
    public void Weigh(RunId run, long bytes) => _bytes[run] = bytes;

    /// <summary>A run takes nothing any more.</summary>
    public void Forget(RunId run) => _bytes.Remove(run);

    /// <summary>Why a run that is known has to wait for others to end; null where it has not to.</summary>
    /// <param name="active">Those that somebody works at.</param>
    public string? WhyNot(RunId run, IReadOnlyCollection<RunId> active)
    {
        // What takes more than there is for all was refused, or had begun under another limit.
        if (limit is null || active.Count == 0) return null;
        var (needed, taken) = (_bytes[run], active.Sum(one => _bytes.GetValueOrDefault(one)));
        return taken + needed <= limit.Bytes
            ? null
            : $"memory: it is expected to take {MemoryEstimate.Words(needed)}, and of {MemoryEstimate.Words(limit.Bytes)} (memory.limit) "
                + $"those that run are expected to take {MemoryEstimate.Words(taken)}";
    }
}
