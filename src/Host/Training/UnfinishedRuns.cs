using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Training;

/// <summary>Tells whoever has been a data directory's writer of runs that wait there.</summary>
static class UnfinishedRuns
{
    /// <summary>Names each run that waits, was cut off or paused, and how to let it go on.</summary>
    /// <param name="data">This process writes it or has just done so, so nobody else works at its runs.</param>
    /// <param name="except">A run that goes on already.</param>
    public static void Offer(DataDirectory data, RunId? except = null)
    {
        if (data.Store.IsNew) return;
        var reader = new RunReader(data.Store);
        foreach (var run in reader.Runs().Where(run => run != except))
            try
            {
                if (reader.Unfinished(run) is { } waiting)
                {
                    var (stands, next) = waiting.Status switch
                    {
                        RunStatus.Queued => ("waits in the queue", "to begin it"),
                        RunStatus.Paused => ("is paused", "to let it go on"),
                        _ => ("was cut off", "to let it go on"),
                    };
                    Talk.Say($"note: run {run} {stands}; {next}: {NextCommand.Of("train --resume", run.Value, data)}");
                }
            }
            catch (Exception damaged) when (RunDamage.Is(damaged)) { Talk.Say($"note: run {run} cannot be read: {damaged.Message}"); }
    }
}
