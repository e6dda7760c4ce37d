using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>A fork is only worth something with the run that it left.</summary>
static class Ancestry
{
    /// <summary>
    /// What is wrong with the fork points of some streams; null if each fork's parent is among them and has the event that the fork names.
    /// </summary>
    /// <param name="streams">Streams whose chains hold.</param>
    /// <param name="rows">Reads a stream.</param>
    public static (string Stream, string Problem)? Fault(
        IReadOnlyDictionary<string, StreamCheck> streams, Func<string, IEnumerable<JournalRow>> rows)
    {
        foreach (var check in streams.Values)
        {
            if (check.Parent is not { } parent) continue;
            if (!RunId.TryParse(parent.Run, out var run) || !streams.ContainsKey(run.TrainingStream))
                return (check.Stream, $"it is a fork of run '{parent.Run}', which is not there");
            if (run.TrainingStream == check.Stream
                || rows(run.TrainingStream).FirstOrDefault(row => row.Sequence == parent.At.Sequence)?.Parse().Hash != parent.At.Hash)
                return (check.Stream, $"it left run {run} at {parent.At}, where that run has another event");
        }
        return null;
    }
}
