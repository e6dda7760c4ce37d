namespace ActorRlhf.Models.Compute;

/// <summary>
/// Somebody's share of the threads on which all tensor work and decoding runs: at most <c>compute.threads</c> of them at once.
/// </summary>
/// <remarks>
/// Work is cut into jobs by the recipe, never by the number of threads, and a job never looks at which thread it is on; so the
/// number of threads changes speed and nothing else. Where parts do not depend on each other, as the sequences of a sampler, they may be
/// cut by the threads that are there, and by which of them has nothing to do. Several callers may use one instance at the same time; a
/// job must not call <see cref="Run(int, Action{int})"/> itself.
/// </remarks>
public sealed class ComputeWorkers : IDisposable
{
    readonly ComputePool _pool;
    readonly bool _isPoolOwn;

    internal ComputeWorkers(ComputePool pool, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (_pool, Threads) = (pool, most);
    }

    /// <summary>Threads of its own.</summary>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one thread was asked for.</exception>
    public ComputeWorkers(int threads) : this(new ComputePool(threads), threads) => _isPoolOwn = true;

    /// <summary>Most threads at once.</summary>
    public int Threads { get; }

    // The pool's, under its lock: jobs that nobody has taken, how many of them may be taken now, and how many are under way.
    internal Queue<Action> Waiting { get; } = [];
    internal int Offered { get; set; }
    internal int Running { get; set; }

    /// <summary>Runs jobs 0 … <paramref name="jobs"/> − 1 and returns when all have ended.</summary>
    /// <exception cref="InvalidOperationException">Called from a worker thread, which would wait for itself.</exception>
    /// <remarks>If jobs throw, the exception of the lowest job is rethrown after all have ended.</remarks>
    internal void Run(int jobs, Action<int> job) => Run(jobs, (index, _) => job(index));

    /// <summary>Like <see cref="Run(int, Action{int})"/>; a job may hand part of its work to a thread that has nothing to do.</summary>
    internal void Run(int jobs, Action<int, JobGroup> job)
    {
        if (ComputePool.IsWorker) throw new InvalidOperationException("a job must not wait for other jobs of the same workers");
        using var group = new JobGroup(this, _pool, jobs);
        group.Run(job);
    }

    /// <summary>Like <see cref="Run(int, Action{int})"/>, and returns the jobs' results in the order of the jobs.</summary>
    internal T[] Map<T>(int jobs, Func<int, T> job)
    {
        var results = new T[jobs];
        Run(jobs, i => results[i] = job(i));
        return results;
    }

    /// <summary>Ends the threads if they are its own.</summary>
    public void Dispose()
    {
        if (_isPoolOwn) _pool.Dispose();
    }
}
