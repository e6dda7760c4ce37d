using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Compute;

/// <summary>The threads of a host on which all tensor work and decoding runs, shared fairly by whoever has work.</summary>
/// <remarks>
/// Each <see cref="ComputeWorkers"/> is a share of the pool; free threads take one job of each share in turn, so that nobody waits
/// longer than for one job of every other. The threads run at a lower priority, so that timers and I/O stay prompt.
/// </remarks>
public sealed partial class ComputePool : IDisposable
{
    const int LowerPriority = 10;
    [ThreadStatic] static bool t_isWorker;
    readonly Lock _entry = new();
    readonly SemaphoreSlim _ready = new(0);           // one for each job that may be taken now
    readonly LinkedList<ComputeWorkers> _turns = [];  // shares with such jobs, the next one first
    readonly Thread[] _threads;
    int _free;                                        // threads without a job, less the jobs that may be taken now
    bool _ending;

    /// <param name="threads">Number of threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread was asked for.</exception>
    public ComputePool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"compute-{i}" })];
        _free = threads;
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Number of threads.</summary>
    public int Threads => _threads.Length;

    internal static bool IsWorker => t_isWorker;

    /// <summary>A share that uses at most so many of the threads at once.</summary>
    /// <param name="most">At least 1; more than there are threads means all of them.</param>
    public ComputeWorkers Share(int most) => new(this, Math.Min(most, Threads));

    internal void Add(ComputeWorkers share, IEnumerable<Action> jobs)
    {
        lock (_entry)
        {
            ObjectDisposedException.ThrowIf(_ending, this);
            foreach (var job in jobs) share.Waiting.Enqueue(job);
            Offer(share);
        }
    }

    /// <summary>Whether <see cref="TryAdd"/> would add a job now; without the lock a hint.</summary>
    internal bool IsThreadFree(ComputeWorkers share) =>
        !_ending && Volatile.Read(ref _free) > 0 && share.Running + share.Offered < share.Threads;

    /// <summary>Adds a job if a thread that the share may use has nothing to do; false, and nothing happened, if not.</summary>
    internal bool TryAdd(ComputeWorkers share, Action job)
    {
        lock (_entry)
        {
            if (!IsThreadFree(share)) return false;
            share.Waiting.Enqueue(job);
            Offer(share);
            return true;
        }
    }

    /// <summary>Lets waiting jobs end, then ends the threads.</summary>
    public void Dispose()
    {
        lock (_entry)
        {
            if (_ending) return;
            _ending = true;
            _ready.Release(_threads.Length);
        }
        foreach (var thread in _threads) thread.Join();
        _ready.Dispose();
    }

    void Work()
    {
        t_isWorker = true;
        if (OperatingSystem.IsLinux()) SetPriority(0, GetThreadId(), LowerPriority);
        while (Take() is var (share, job))
        {
            job();
            lock (_entry)
            {
                share.Running--;
                _free++;
                Offer(share);
            }
        }
    }

    (ComputeWorkers Share, Action Job)? Take()
    {
        while (true)
        {
            _ready.Wait();
            lock (_entry)
            {
                if (_turns.First is { } turn)
                {
                    var share = turn.Value;
                    _turns.RemoveFirst();
                    share.Offered--;
                    share.Running++;
                    if (share.Offered > 0) _turns.AddLast(share);
                    return (share, share.Waiting.Dequeue());
                }
                if (_ending) return null;
            }
        }
    }

    /// <summary>Lets as many of a share's jobs be taken as it may run at once.</summary>
    void Offer(ComputeWorkers share)
    {
        var more = Math.Min(share.Waiting.Count, share.Threads - share.Running) - share.Offered;
        if (more <= 0) return;
        if (share.Offered == 0) _turns.AddLast(share);
        share.Offered += more;
        _free -= more;
        _ready.Release(more);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
