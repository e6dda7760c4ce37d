using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Adds up a run's held-out evaluations from the events of its evaluation stream, in whatever order they were written.</summary>
sealed class HeldoutPoints
{
    readonly SortedDictionary<int, HeldoutPoint> _points = [];

    /// <summary>In order of the steps.</summary>
    public IReadOnlyList<HeldoutPoint> Points => [.. _points.Values];

    /// <summary>Takes in an event; one that belongs to no step changes nothing.</summary>
    public void Add(IEvent fact)
    {
        if (EventSteps.Of(fact) is not { } step) return;
        if (!_points.TryGetValue(step, out var point))
        {
            if (fact is not RolloutCollected) return;
            point = new HeldoutPoint(step, null, null, null, null);
        }
        var values = StepMetrics.Of(step, [fact], episodes: 0).Values;
        // A number that is not finite is one that nobody has, and JSON has no word for it.
        double? Number(string name, double? known) => !values.TryGetValue(name, out var value) ? known : double.IsFinite(value) ? value : null;
        _points[step] = new HeldoutPoint(step,
            Number("heldout/scores", point.Proxy), Number("objective/gold", point.Gold), Number("heldout/kl", point.Kl), Number("heldout/length", point.Length));
    }
}
