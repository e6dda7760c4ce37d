using System.Security.Cryptography;
using ActorRlhf.Host.Inquiry;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Api;

/// <summary>The jobs of a host: a few at once, so many that wait, and the newest of those that have ended.</summary>
/// <remarks>
/// They are kept in memory alone: a job that its host did not bring to its end was a question, and can be asked again. Any number of
/// threads may use it. Dispose it before what the jobs read.
/// </remarks>
/// <param name="log">Gets what nobody foresaw.</param>
sealed class Jobs(ILogger<Jobs> log) : IAsyncDisposable
{
    /// <summary>Most that are worked at.</summary>
    public const int AtOnce = 2;
    /// <summary>Most that have not ended.</summary>
    public const int MostOpen = 20;
    const int MostKept = 100;
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);     // of the 30 in which a host stops

    readonly Lock _entry = new();
    readonly List<Job> _all = [];                     // oldest first
    readonly SemaphoreSlim _places = new(AtOnce);
    readonly HashSet<Task> _working = [];
    bool _ending;

    /// <summary>Adds a job; null where too many wait already.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="by">Name of the token that asks.</param>
    /// <param name="work">Does it.</param>
    /// <param name="givenUp">
    /// Hears that somebody does not want it any more; a job that the host's end ends is wanted still. Null where nobody needs to hear.
    /// </param>
    public JobLine? TryAdd(
        string kind, string by, Func<InquiryListener, CancellationToken, Task<object>> work, Action? givenUp = null)
    {
        var job = new Job($"job-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", kind, by, work, givenUp);
        lock (_entry)
        {
            if (_ending || _all.Count(one => !one.IsOver) >= MostOpen) return null;
            _all.Add(job);
            while (_all.Count > MostKept && _all.Find(one => one.IsOver) is { } oldest) _all.Remove(oldest);
            var task = Task.Run(() => WorkAsync(job));
            _working.Add(task);
            task.ContinueWith(done => { lock (_entry) _working.Remove(done); }, TaskScheduler.Default);
        }
        return job.Line;
    }

    /// <summary>All, newest first, without their results.</summary>
    public IReadOnlyList<JobLine> All()
    {
        lock (_entry) return [.. _all.AsEnumerable().Reverse().Select(one => one.Line with { Result = null })];
    }

    /// <summary>One; null where there is none of that id.</summary>
    public Job? Find(string id)
    {
        lock (_entry) return _all.Find(one => one.Line.Job == id);
    }

    /// <summary>Ends all jobs, and returns when none is worked at, or does not end soon.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] working;
        lock (_entry)
        {
            _ending = true;
            foreach (var job in _all) job.Cancel();
            working = [.. _working];
        }
        try { await Task.WhenAll(working).WaitAsync(s_patience).ConfigureAwait(false); }
        catch (TimeoutException) { } // what it wants to record is not recorded; it ends with the process
    }

    async Task WorkAsync(Job job)
    {
        await _places.WaitAsync().ConfigureAwait(false);
        try { await job.RunAsync(thrown => log.LogError(thrown, "{Job} failed", job.Line.Job)).ConfigureAwait(false); }
        finally { _places.Release(); }
    }
}
