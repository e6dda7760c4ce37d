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

    readonly SemaphoreSlim _one = new(1);

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>Those that are there, newest first.</summary>
    public IReadOnlyList<string> All() => !Directory.Exists(directory) ? [] :
        [.. Directory.EnumerateFiles(directory, $"{Prefix}*{Suffix}").Where(file => MadeAt(file) is not null)
            .OrderDescending(StringComparer.Ordinal)];

    /// <summary>Makes them on schedule until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (every is not { } interval) return;
        try
        {
            for (var (due, failed) = (Due(interval), false); ; due = failed ? s_retry : Due(interval))
            {
                if (due > TimeSpan.Zero) await Task.Delay(due, time, ct).ConfigureAwait(false);
                try
                {
                    await MakeAsync(ct).ConfigureAwait(false);
                    failed = false;
                }
                catch (Exception failure) when (failure is not OperationCanceledException) // the edge of the job: nobody waits for it
                {
                    log.LogError(failure, "There is no backup in {Directory}; it is tried again in {Pause}", directory, s_retry);
                    failed = true;
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>Makes one now, and removes those that are too old.</summary>
    /// <param name="ct">Gives up waiting for one that is being written.</param>
    /// <exception cref="ArchiveNotWrittenException">It cannot be written.</exception>
    /// <exception cref="IOException">The directory cannot be made.</exception>
    public async Task<ArchiveSummary> MakeAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(directory);
            var name = Prefix + time.GetUtcNow().ToString(Stamp, CultureInfo.InvariantCulture) + Suffix;
            var summary = await Task.Run(() => DataBackup.Write(store, Path.Combine(directory, name)), ct).ConfigureAwait(false);
            log.LogInformation("{File} is a backup of everything", Path.Combine(directory, name));
            foreach (var old in All().Skip(keep)) File.Delete(old);
            return summary;
        }
        finally { _one.Release(); }
    }

    TimeSpan Due(TimeSpan interval) => All() is [var newest, ..] ? MadeAt(newest)!.Value + interval - time.GetUtcNow() : TimeSpan.Zero;

    static DateTimeOffset? MadeAt(string file)
    {
        var name = Path.GetFileName(file);
        return DateTimeOffset.TryParseExact(name[Prefix.Length..^Suffix.Length], Stamp, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var made) ? made : null;
    }
}
