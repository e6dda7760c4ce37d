namespace ActorRlhf.Actors.Tests.Runs.Witnessing;

/// <summary>A clock on which every pause is over at once, and that knows how long each should have been.</summary>
sealed class PassedTime : TimeProvider
{
    readonly List<TimeSpan> _pauses = [];

    public IReadOnlyList<TimeSpan> Pauses
    {
        get { lock (_pauses) return [.. _pauses]; }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_pauses) _pauses.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
