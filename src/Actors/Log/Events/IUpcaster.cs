namespace ActorRlhf.Actors.Log.Events;

/// <summary>Turns one version of an event into the next, whenever it is read. Stored bytes never change.</summary>
/// <remarks>
/// Pure: no clock, no I/O, no state. Has a public parameterless constructor and is found by <see cref="EventCatalogue"/>.
/// </remarks>
public interface IUpcaster
{
    /// <summary>The older manifest.</summary>
    string From { get; }
    /// <summary>The newer manifest.</summary>
    string To { get; }
    /// <summary>The newer event that says the same as <paramref name="old"/>.</summary>
    IEvent Upcast(IEvent old);
}
