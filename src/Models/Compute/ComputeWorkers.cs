using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ActorRlhf.Models.Compute;

/// <summary>The threads on which all tensor work and decoding runs: <c>compute.threads</c> of them, each with one libtorch thread.</summary>
/// <remarks>
/// Work is cut into jobs by the recipe, never by the number of threads, and a job never looks at which thread it is on; so the
/// number of threads changes speed and nothing else. libtorch's own threads are switched off: two of them do not give the same
/// bits as one, and they collapse when the machine is shared. The threads run at a lower priority, so that timers and I/O stay
/// prompt. Several callers may use one instance at the same time; a job must not call <see cref="Run"/> itself.
/// </remarks>
public sealed partial class ComputeWorkers : IDisposable
{
    const int LowerPriority = 10;
    [ThreadStatic] static bool t_isWorker;
    readonly BlockingCollection<Action> _queue = [];
    readonly Thread[] _threads;

    /// <param name="threads">Number of threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread was asked for.</exception>
    public ComputeWorkers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        torch.set_num_threads(1);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"compute-{i}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Number of threads.</summary>
    public int Threads => _threads.Length;

    /// <summary>Runs jobs 0 … <paramref name="jobs"/> − 1 and returns when all have ended.</summary>
    /// <exception cref="InvalidOperationException">Called from a worker thread, which would wait for itself.</exception>
    /// <remarks>If jobs throw, the exception of the lowest job is rethrown after all have ended.</remarks>
    public void Run(int jobs, Action<int> job)
    {
        if (t_isWorker) throw new InvalidOperationException("a job must not wait for other jobs of the same workers");
        var failures = new Exception?[jobs];
        using var left = new CountdownEvent(jobs);
        for (var i = 0; i < jobs; i++)
        {
            var index = i;
            _queue.Add(() =>
            {
                try { job(index); }
                catch (Exception failure) { failures[index] = failure; }
                finally { left.Signal(); }
            });
        }
        left.Wait();
        if (Array.Find(failures, failure => failure is not null) is { } first) ExceptionDispatchInfo.Throw(first);
    }

    /// <summary>Like <see cref="Run"/>, and returns the jobs' results in the order of the jobs.</summary>
    public T[] Map<T>(int jobs, Func<int, T> job)
    {
        var results = new T[jobs];
        Run(jobs, i => results[i] = job(i));
        return results;
    }

    /// <summary>Lets queued jobs end, then ends the threads.</summary>
    public void Dispose()
    {
        if (_queue.IsAddingCompleted) return;
        _queue.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        _queue.Dispose();
    }

    void Work()
    {
        t_isWorker = true;
        if (OperatingSystem.IsLinux()) SetPriority(0, GetThreadId(), LowerPriority);
        foreach (var job in _queue.GetConsumingEnumerable()) job();
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
