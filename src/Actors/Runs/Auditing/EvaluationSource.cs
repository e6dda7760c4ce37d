using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The point of the training stream that an event of the evaluation stream looked at.</summary>
static class EvaluationSource
{
    /// <summary>That point; null where an event names none.</summary>
    public static StreamHead? Of(IEvent fact) => fact switch
    {
        RolloutCollected rollout => rollout.Source,
        RewardScored scored => scored.Source,
        KlMeasured kl => kl.Source,
        EvaluationCompleted completed => completed.Source,
        EvaluationFailed failed => failed.Source,
        MismatchDetected detected => detected.Source,
        BenchmarkCompleted benchmark => benchmark.Source,
        _ => null,
    };
}
