using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Keeps the events with metrics of the latest step alone, so that a log of any length leaves a few events behind.</summary>
public sealed class LatestStep
{
    readonly List<IEvent> _facts = [];
    int _step = -1;

    /// <summary>Takes note of an event; one of an earlier step, or of none, changes nothing.</summary>
    public void Add(IEvent fact)
    {
        if (EventSteps.Of(fact) is not { } step || step < _step) return;
        // A step that has no metrics must not hide the last one that has.
        if (!StepMetrics.AreIn(fact) && (step > _step || StepMetrics.WhyNotApplied(fact) is null)) return;
        if (step > _step) _facts.Clear();
        _step = step;
        _facts.Add(fact);
    }

    /// <summary>What there would be if another one's events had come after these.</summary>
    public LatestStep With(LatestStep later)
    {
        var both = new LatestStep { _step = _step };
        both._facts.AddRange(_facts);
        foreach (var fact in later._facts) both.Add(fact);
        return both;
    }

    /// <summary>Its metrics; null if there were none.</summary>
    /// <param name="episodes">Of a step, as the recipe says.</param>
    public StepMetrics? Metrics(int episodes) => _facts.Count == 0 ? null : StepMetrics.Of(_step, _facts, episodes);
}
