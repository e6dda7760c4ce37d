using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Adds up a run's held-out evaluations from the events of its evaluation stream, in whatever order they were written.</summary>
sealed class HeldoutPoints
{
    readonly SortedDictionary<int, HeldoutPoint> _points = [];

    /// <summary>In order of the steps.</summary>
    public IReadOnlyList<HeldoutPoint> Points => [.. _points.Values];

    /// <summary>The evaluation after a step; null if there is none.</summary>
    public HeldoutPoint? After(int step) => _points.GetValueOrDefault(step);

    /// <summary>Takes in an event; one that belongs to no step changes nothing.</summary>
    public void Add(IEvent fact)
    {
        if (EventSteps.Of(fact) is not { } step) return;
        if (fact is RolloutCollected { Lengths.Values: var lengths })
            _points[step] = (After(step) ?? new HeldoutPoint(step, null, null, null, null)) with { Length = Known(lengths.Average()) };
        else if (After(step) is { } point)
            _points[step] = fact switch
            {
                RewardScored scored => point with { Proxy = Known(scored.Result.Values.Average()) },
                KlMeasured kl => point with { Kl = Known(kl.K1.Values.Average()) },
                EvaluationCompleted { Set: not null, Evaluator: BuiltInEvaluators.PocketGold } gold =>
                    point with { Gold = Known(gold.Aggregates[0].Mean) },
                MismatchDetected detected => point with { Mismatch = detected },
                _ => point,
            };
    }

    // A number that is not finite is one that nobody has, and JSON has no word for it.
    static double? Known(double value) => double.IsFinite(value) ? value : null;
}
