using System.Collections.Concurrent;
using System.Reflection;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Which step an event belongs to.</summary>
public static class EventSteps
{
    static readonly ConcurrentDictionary<Type, PropertyInfo?> s_properties = new();

    /// <summary>The step that the event names, whatever kind of event it is; null for one that names none.</summary>
    public static int? Of(IEvent fact) => s_properties.GetOrAdd(fact.GetType(), type => type.GetProperty("Step", typeof(int)))?.GetValue(fact) as int?;
}
