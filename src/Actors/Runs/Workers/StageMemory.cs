using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>What an earlier stage or step has left of its models, whose memory the next one needs.</summary>
static class StageMemory
{
    const int LargeModel = 1_000_000;                 // parameters: a collection takes some 20 ms, a step with so many a second

    /// <summary>Collects it, where it is much.</summary>
    /// <param name="next">A model of what begins.</param>
    public static void Release(ModelWeights next)
    {
        if (next.Data.Length >= LargeModel) GC.Collect();
    }
}
