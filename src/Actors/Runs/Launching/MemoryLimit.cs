using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>How much memory the runs of a host may take together.</summary>
/// <param name="Bytes">All of them, beyond the program itself.</param>
public sealed record MemoryLimit(long Bytes)
{
    const long Program = 150L << 20;                  // of a run of next to no model (Benchmarks memory)

    /// <summary>What this machine, or the container, has for this process.</summary>
    public static MemoryLimit OfThisMachine() => new(Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Program));

    /// <exception cref="MemoryExceededException">A run that was asked for takes more than there is for all.</exception>
    internal void ThrowIfTooLarge(Recipe recipe, Store store)
    {
        var needed = MemoryEstimate.Of(recipe, RunShape.Of(recipe, store));
        if (needed > Bytes) throw new MemoryExceededException(recipe.Name, needed, Bytes);
    }
}
