namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>What a batch may take: its requests, and its time.</summary>
/// <remarks>
/// The first items of a batch are those that are asked, whatever is faster; what they leave is for requests that are sent again.
/// </remarks>
sealed class RequestBudget
{
    readonly TimeSpan _deadline;
    readonly TimeProvider _time;
    readonly long _began;
    int _left;

    /// <param name="requests">Of the batch; null for as many as it takes.</param>
    /// <param name="items">Of the batch.</param>
    /// <param name="perItem">Requests of one item.</param>
    /// <param name="deadline">Of the batch, from now on.</param>
    /// <param name="time">Tells the time.</param>
    public RequestBudget(int? requests, int items, int perItem, TimeSpan deadline, TimeProvider time)
    {
        (_deadline, _time, _began) = (deadline, time, time.GetTimestamp());
        Items = Math.Min(items, (requests ?? int.MaxValue) / perItem);
        _left = (requests ?? int.MaxValue) - Items * perItem;
    }

    /// <summary>How many items, from the first one, have their requests.</summary>
    public int Items { get; }

    /// <summary>Time that is left; negative after the deadline.</summary>
    public TimeSpan TimeLeft => _deadline - _time.GetElapsedTime(_began);

    /// <summary>Takes a request that is sent again; false where none is left.</summary>
    public bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
}
