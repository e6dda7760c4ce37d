using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The events of the steps since the last checkpoint but one: those that may be executed again and are then compared.</summary>
sealed class LoggedSteps
{
    readonly Dictionary<int, List<IEvent>> _byStep = [];

    /// <summary>Takes note of an event that was stored or replayed.</summary>
    /// <param name="fact">The event; one that belongs to no step is passed over.</param>
    /// <param name="step">The step that is being logged.</param>
    public void Add(IEvent fact, int step)
    {
        if (!EventSteps.IsPartOfStep(fact)) return;
        if (!_byStep.TryGetValue(step, out var events)) _byStep[step] = events = [];
        events.Add(fact);
    }

    /// <summary>Whether every step after one, up to another, is here.</summary>
    public bool Cover(int after, int last) => Enumerable.Range(after + 1, last - after).All(_byStep.ContainsKey);

    /// <summary>No step up to this one is executed again.</summary>
    public void Forget(int step)
    {
        foreach (var old in _byStep.Keys.Where(one => one <= step).ToArray()) _byStep.Remove(old);
    }

    /// <summary>The events of a step; null if it is not here.</summary>
    public IReadOnlyList<IEvent>? Of(int step) => _byStep.GetValueOrDefault(step);
}
