namespace ActorRlhf.Actors.Log.Events;

/// <summary>The name and version under which an event is stored for ever, such as <c>run.started/1</c>.</summary>
/// <param name="manifest">Lower-case words joined by dots and hyphens, a slash, the version from 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string manifest) : Attribute
{
    /// <summary>Name and version.</summary>
    public string Manifest { get; } = manifest;
    /// <summary>
    /// Whether the payload is part of the run's trajectory: what made the weights, with no time, path, host or run id in it.
    /// </summary>
    public bool Trajectory { get; init; }
}
