namespace ActorRlhf.Actors.Log.Events;

/// <summary>An event or upcaster is declared wrongly; thrown when the catalogue is built, before anything is read or written.</summary>
/// <param name="type">The type that is at fault.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class EventDeclarationException(Type type, string problem) : Exception($"{type.FullName} {problem}")
{
    /// <summary>The type that is at fault.</summary>
    public Type Type { get; } = type;
}
