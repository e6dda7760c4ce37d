using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>A run that was deleted.</summary>
/// <param name="Facts">What is known of it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Who">Who did it; null if nobody said.</param>
public sealed record DeletedRun(RunDeleted Facts, DateTimeOffset At, string? Who);

/// <summary>The runs that were deleted from a data directory: a stream of their tombstones.</summary>
/// <param name="journal">The directory's journal.</param>
public sealed class DeletedRuns(JournalReader journal)
{
    /// <summary>Id of the stream.</summary>
    public const string Stream = "deleted-runs";

    /// <summary>Every tombstone, oldest first.</summary>
    public IEnumerable<DeletedRun> All() => journal.Read(Stream).Where(read => read.Event is RunDeleted)
        .Select(read => new DeletedRun((RunDeleted)read.Event, read.Envelope.Time, read.Envelope.Who));

    /// <summary>The last time that a run was deleted; null if it never was.</summary>
    public DeletedRun? Find(RunId run) => All().LastOrDefault(deleted => deleted.Facts.Run == run.Value);
}
