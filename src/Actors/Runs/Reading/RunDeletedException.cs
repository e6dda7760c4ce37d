using System.Globalization;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>The run that was asked for is no longer there: somebody deleted it.</summary>
/// <param name="deleted">What is known of it.</param>
public sealed class RunDeletedException(DeletedRun deleted) : Exception(string.Create(CultureInfo.InvariantCulture,
    $"run {deleted.Facts.Run} was deleted at {deleted.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z by {deleted.Who ?? "somebody"}: "
        + $"{deleted.Facts.Reason}. "
        + $"{(deleted.Facts.KnownHead() is { } head ? $"Its head was {head}" : "Its log was damaged, so its head is not known")}"))
{
    /// <summary>What is known of it.</summary>
    public DeletedRun Deleted { get; } = deleted;
}
