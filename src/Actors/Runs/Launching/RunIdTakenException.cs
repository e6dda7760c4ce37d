using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>A new run was to have the id of another one.</summary>
public sealed class RunIdTakenException(RunId run) : Exception($"there is or was a run {run}; a new one needs an id of its own")
{
    /// <exception cref="RunIdTakenException">
    /// A run of that id waits, or was deleted. Of one that began, the events tell whether it is the same.
    /// </exception>
    internal static void ThrowIfTaken(RunId run, Store store)
    {
        if (store.IsNew) return;
        if (store.Journal.LastSequence(run.TrainingStream) == 0
                ? new DeletedRuns(store.Journal).Find(run) is not null
                : new RunReader(store).Streams(run).Started() is null)
            throw new RunIdTakenException(run);
    }
}
