using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The part of a training stream that belongs to a run: its own stream, or a parent's up to where the run left it.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Origin">What the first event is linked to.</param>
/// <param name="Left">Where the child left it; null for the run's own stream, which counts to its end.</param>
/// <param name="LastSharedEvaluation">The last step whose evaluation the child has from it.</param>
sealed record TrainingSegment(string Stream, ContentHash Origin, StreamHead? Left, int LastSharedEvaluation)
{
    /// <summary>The parts that make up a run's past, oldest first. What cannot be read has no parent: its chain will say why.</summary>
    public static IReadOnlyList<TrainingSegment> Of(JournalReader journal, RunId run)
    {
        var line = Lineage.Of(journal, run);
        return [.. line.Select((one, i) => new TrainingSegment(
            one.Run.TrainingStream, one.Left?.At.Hash ?? default, i == 0 ? null : line[i - 1].Left!.At,
            i == 0 ? int.MaxValue : Lineage.LastSharedEvaluation(journal, line[i - 1].Run, line[i - 1].Left!))).Reverse()];
    }
}
