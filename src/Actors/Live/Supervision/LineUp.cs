using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>Which of the runs that wait comes next.</summary>
/// <remarks>
/// Whoever had begun goes before whoever has not: it was promised to go on, and its memory was admitted once. Then the higher priority,
/// then who asked first. One thread at a time.
/// </remarks>
sealed class LineUp
{
    readonly SortedSet<Place> _places = [];
    readonly Dictionary<RunId, Place> _byRun = [];

    /// <summary>Those that wait, in their order.</summary>
    public IReadOnlyList<RunId> Runs => [.. _places.Select(place => place.Run)];

    /// <summary>How many wait.</summary>
    public int Count => _places.Count;

    /// <summary>Lets a run wait; one that waits already gets the new place.</summary>
    /// <param name="hasBegun">Whether it has begun.</param>
    /// <param name="priority">The higher, the earlier.</param>
    /// <param name="askedFor">When it was asked for.</param>
    public void Add(RunId run, bool hasBegun, int priority, DateTimeOffset askedFor)
    {
        Remove(run);
        Add(new Place(run, hasBegun, priority, askedFor));
    }

    /// <summary>Lets a run that was taken out, and does not wait, wait again where it did.</summary>
    public void Add(Place place) => _places.Add(_byRun[place.Run] = place);

    /// <summary>Takes a run out; nothing happens where it does not wait.</summary>
    public void Remove(RunId run)
    {
        if (_byRun.Remove(run, out var place)) _places.Remove(place);
    }

    /// <summary>The next one; null where none waits.</summary>
    public Place? First => _places.Min;

    /// <summary>Where a run waits.</summary>
    internal sealed record Place(RunId Run, bool HasBegun, int Priority, DateTimeOffset AskedFor) : IComparable<Place>
    {
        public int CompareTo(Place? other) => other is null ? 1
            : (!HasBegun, -(long)Priority, AskedFor).CompareTo((!other.HasBegun, -(long)other.Priority, other.AskedFor)) is var order
                && order != 0 ? order
            : string.CompareOrdinal(Run.Value, other.Run.Value);
    }
}
