using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Reusing;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Follows a stage that a run took from another one into that one's log.</summary>
/// <remarks>
/// Where the other run is not at hand, because it was deleted, is damaged or the run came from another directory, there is nothing to
/// follow: then only executing the stage again (<c>audit --recompute</c>) tells whether it is what its inputs give.
/// </remarks>
static class ReusedStageAudit
{
    /// <summary>What is wrong with it; null if nothing is, or if it cannot be followed.</summary>
    /// <param name="journal">Where the other run may be.</param>
    /// <param name="reused">What the run says.</param>
    /// <param name="run">The run.</param>
    /// <param name="state">The run's, before the stage's last event.</param>
    /// <param name="events">The stage's events in the run's log, behind <paramref name="reused"/>.</param>
    /// <param name="wasFollowed">Whether the other run's log had it to compare with.</param>
    public static string? Difference(
        JournalReader journal, StageReused reused, RunId run, RunState state, IReadOnlyList<IEvent> events, out bool wasFollowed)
    {
        wasFollowed = true;
        if (!RunId.TryParse(reused.Run, out var owner) || owner == run) return $"run is '{reused.Run}', which is no other run";
        if (!TryFind(journal, owner, reused, out var earlier))
        {
            wasFollowed = false;
            return null;
        }
        if (earlier is null) return $"run is {owner}, which has no stage '{reused.Stage}' that another run could take";
        if (earlier.At != reused.At)
            return $"at is event {reused.At.Sequence} ({reused.At.Hash}) of run {owner}, "
                + $"which ended stage '{reused.Stage}' with event {earlier.At.Sequence} ({earlier.At.Hash})";
        foreach (var ((name, own), (_, others)) in StageInputs.Of(reused.Stage, run, state).Zip(earlier.Inputs))
            if (own != others) return $"stage '{reused.Stage}' cannot be that of run {owner}: {name} is {own}, there it was {others}";
        return new StepComparison(EventCatalogue.Known).FirstDifference(earlier.Events, events) is { } difference
            ? $"stage '{reused.Stage}' is not that of run {owner}: {difference.Event}: {difference.What}"
            : null;
    }

    /// <returns>False where the other run is not at hand.</returns>
    static bool TryFind(JournalReader journal, RunId owner, StageReused reused, out EarlierStage? earlier)
    {
        earlier = null;
        if (journal.LastSequence(owner.TrainingStream) == 0) return false;
        try { earlier = EarlierStage.Find(journal, owner, reused.Stage); }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return false; }
        // One that was deleted may have been trained again by its old name.
        return earlier?.At == reused.At || new DeletedRuns(journal).Find(owner) is null;
    }
}
