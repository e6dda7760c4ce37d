using System.Globalization;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Transfer;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Housekeeping;

/// <summary>Backups of everything, one file each in a directory: on a schedule, or when somebody asks. The newest are kept.</summary>
/// <remarks>
/// When the last one was made its name says, so that a host that is started again goes on with the schedule. Any number of threads may
/// ask; one backup is written at a time.
/// </remarks>
/// <param name="store">What is backed up.</param>
/// <param name="directory">Where to; made where it is missing.</param>
/// <param name="every">How often; null for none but those that are asked for.</param>
/// <param name="keep">How many are kept, at least 1.</param>
/// <param name="time">Clock of schedule and names.</param>
/// <param name="log">Hears of each, and of failures, which the next one makes up for.</param>
sealed class Backups(Store store, string directory, TimeSpan? every, int keep, TimeProvider time, ILogger log) : IDisposable
{
    const string Prefix = "actorrlhf-", Suffix = ".zip", Stamp = "yyyyMMdd'T'HHmmssfff'Z'";
    static readonly TimeSpan s_retry = TimeSpan.FromMinutes(5);
    static readonly TimeSpan s_longestPause = TimeSpan.FromDays(1);   // a clock that was set meanwhile counts from then on
    static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);      // of a file that is being written: its writer was killed

    readonly SemaphoreSlim _one = new(1);
    readonly CancellationTokenSource _ending = new();

    /// <summary>Gives up what is being written, of which nothing is left, and returns when nobody writes any more.</summary>
    public void Dispose()
    {
        // Neither is disposed of: somebody may still be waiting, and both are memory alone.
        _ending.Cancel();
        _one.Wait();
    }

    /// <summary>Those that are there, newest first.</summary>
    public IReadOnlyList<string> All() => !Directory.Exists(directory) ? [] :
        [.. Directory.EnumerateFiles(directory, $"{Prefix}*{Suffix}").Where(file => MadeAt(file) is not null)
            .OrderDescending(StringComparer.Ordinal)];

    /// <summary>Makes them on schedule until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (every is not { } interval) return;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct, _ending.Token);
        for (var pause = TimeSpan.Zero; ;)
        {
            try
            {
                if (pause > TimeSpan.Zero) await Task.Delay(pause, time, ending.Token).ConfigureAwait(false);
                if ((pause = Due(interval)) > s_longestPause) pause = s_longestPause;
                if (pause > TimeSpan.Zero) continue;
                await MakeAsync(ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested) { return; }
            catch (Exception failure) // the edge of the job: nobody waits for it
            {
                log.LogError(failure, "There is no backup in {Directory}; it is tried again in {Pause}", directory, s_retry);
                pause = s_retry;
            }
        }
    }

    /// <summary>Makes one now, and removes those that are too old.</summary>
    /// <param name="ct">Gives up waiting for one that is being written.</param>
    /// <exception cref="OperationCanceledException">It was given up, or the host ends.</exception>
    /// <exception cref="ArchiveNotWrittenException">It cannot be written.</exception>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    public async Task<ArchiveSummary> MakeAsync(CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct, _ending.Token);
        await _one.WaitAsync(waiting.Token).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(directory);
            RemoveAbandoned();
            var file = Path.Combine(directory, Prefix + time.GetUtcNow().ToString(Stamp, CultureInfo.InvariantCulture) + Suffix);
            // Whoever asked may be gone: the next one is glad of it.
            var summary = await Task.Run(() => DataBackup.Write(store, file, _ending.Token), CancellationToken.None).ConfigureAwait(false);
            log.LogInformation("{File} is a backup of everything", file);
            // By name, which a clock that was wrong has made: but never the one that was made now.
            foreach (var old in All().Where(one => one != file).Skip(keep - 1)) File.Delete(old);
            return summary;
        }
        finally { _one.Release(); }
    }

    /// <summary>How long until the next one; one that says that it is of the future was made by a clock that was wrong.</summary>
    TimeSpan Due(TimeSpan interval)
    {
        var now = time.GetUtcNow();
        return All().Select(MadeAt).FirstOrDefault(made => made <= now) is { } last ? last + interval - now : TimeSpan.Zero;
    }

    /// <summary>Removes what a killed host was writing, and no other host that writes into the same directory.</summary>
    void RemoveAbandoned()
    {
        foreach (var rest in new DirectoryInfo(directory).EnumerateFiles($".{Prefix}*{Suffix}.*.tmp"))
            if (TimeProvider.System.GetUtcNow() - rest.LastWriteTimeUtc > s_abandoned) rest.Delete();
    }

    static DateTimeOffset? MadeAt(string file)
    {
        var name = Path.GetFileName(file);
        return DateTimeOffset.TryParseExact(name[Prefix.Length..^Suffix.Length], Stamp, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var made) ? made : null;
    }
}
