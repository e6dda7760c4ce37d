using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Host.Training;

/// <summary>Waits for the journal's first heartbeat: a run would wait for ever for a journal that cannot start.</summary>
static class JournalStart
{
    static readonly TimeSpan s_firstHeartbeat = TimeSpan.FromSeconds(6);   // the journal's own deadline and a little more
    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    /// <exception cref="DataDirectoryUnusableException">It has not come in time.</exception>
    public static async Task AwaitAsync(RunSystem runs, DataDirectory data, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        JournalReadiness readiness;
        do
        {
            readiness = await runs.JournalAsync(ct).ConfigureAwait(false);
            if (readiness.Ready) return;
            await Task.Delay(s_poll, ct).ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(began) < s_firstHeartbeat);
        throw DataDirectoryUnusableException.For(data.JournalFile, new TimeoutException(readiness.Reason));
    }
}
