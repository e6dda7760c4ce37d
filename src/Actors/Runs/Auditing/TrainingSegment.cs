using System.Data.Common;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The part of a training stream that belongs to a run: its own stream, or a parent's up to where the run left it.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Origin">What the first event is linked to.</param>
/// <param name="Left">Where the child left it; null for the run's own stream, which counts to its end.</param>
sealed record TrainingSegment(string Stream, ContentHash Origin, StreamHead? Left)
{
    /// <summary>The parts that make up a run's past, oldest first. What cannot be read has no parent: its chain will say why.</summary>
    public static IReadOnlyList<TrainingSegment> Of(JournalReader journal, RunId run)
    {
        var segments = new List<TrainingSegment>();
        StreamHead? left = null;
        for (RunId? next = run; next is { } id && segments.All(segment => segment.Stream != id.TrainingStream);)
        {
            var parent = ParentOf(journal, id.TrainingStream);
            segments.Insert(0, new TrainingSegment(id.TrainingStream, parent?.At.Hash ?? default, left));
            (next, left) = (parent is not null && RunId.TryParse(parent.Run, out var older) ? older : null, parent?.At);
        }
        return segments;
    }

    /// <summary>Where a stream left its parent; null if it has none, or does not say.</summary>
    public static ForkPoint? ParentOf(JournalReader journal, string stream)
    {
        try { return (journal.Read(stream).FirstOrDefault()?.TryDecode() as RunStarted)?.Parent; }
        catch (Exception damaged) when (damaged is BrokenChainException or UnreadableEventException or DbException) { return null; }
    }
}
