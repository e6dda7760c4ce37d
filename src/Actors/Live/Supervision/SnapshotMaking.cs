using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Supervision;

/// <summary>
/// Makes, beside everything else, snapshots of runs that have none because they were imported or an earlier build wrote them: whoever
/// lists them later reads no streams.
/// </summary>
sealed class SnapshotMaking
{
    readonly CancellationTokenSource _ending = new();
    readonly Task _making;

    /// <summary>Begins at once.</summary>
    public SnapshotMaking(Store store, TimeProvider time, ILoggingAdapter log) => _making = Task.Run(() =>
    {
        try { RunSnapshots.MakeAll(store, time, _ending.Token); }
        catch (OperationCanceledException) { }
        catch (Exception failure) { log.Warning(failure, "Snapshots of runs could not be made: listing them takes longer"); }
    });

    /// <summary>Returns when nothing is written any more.</summary>
    public Task EndAsync()
    {
        _ending.Cancel();
        return _making;
    }
}
