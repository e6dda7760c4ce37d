using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// Which run left which, as the first events of the training streams tell. What
/// cannot be read has no parent: whoever reads the run itself is told why.
/// </summary>
static class Lineage
{
    /// <summary>Where a run left its parent; null if it has none, is not there, or does not say.</summary>
    public static ForkPoint? ParentOf(JournalReader journal, RunId run) => (First(journal, run.TrainingStream) as IFirstEvent)?.Parent;

    /// <summary>
    /// The last step whose evaluation a fork has from its parent: the shared
    /// one, or the one before it where the fork evaluated the shared one anew.
    /// </summary>
    public static int LastSharedEvaluation(JournalReader journal, RunId fork, ForkPoint left) =>
        First(journal, fork.EvaluationStream) is RolloutCollected first && first.Step == left.Step ? left.Step - 1 : left.Step;

    /// <summary>A run and those that it descends from, youngest first, each with where it left the next one.</summary>
    /// <remarks>
    /// The last has no parent, unless somebody made the log up: then its parent's name is no id, or the line would go in a circle.
    /// </remarks>
    public static IReadOnlyList<(RunId Run, ForkPoint? Left)> Of(JournalReader journal, RunId run)
    {
        var line = new List<(RunId Run, ForkPoint? Left)> { (run, ParentOf(journal, run)) };
        while (line[^1].Left is { } left && RunId.TryParse(left.Run, out var parent) && line.All(one => one.Run != parent))
            line.Add((parent, ParentOf(journal, parent)));
        return line;
    }

    /// <summary>The runs that left a run, and where; in order of their ids.</summary>
    public static IEnumerable<(RunId Fork, ForkPoint Left)> ForksOf(JournalReader journal, RunId run)
    {
        foreach (var stream in journal.Streams())
            if (RunId.TryOfTrainingStream(stream, out var fork) && fork != run
                && ParentOf(journal, fork) is { } left && left.Run == run.Value)
                yield return (fork, left);
    }

    static IEvent? First(JournalReader journal, string stream)
    {
        try { return journal.First(stream)?.TryDecode(); }
        catch (Exception damaged) when (RunDamage.Is(damaged) || damaged is StoreException { IsDamage: true }) { return null; }
    }
}
