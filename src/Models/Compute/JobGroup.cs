using System.Runtime.ExceptionServices;

namespace ActorRlhf.Models.Compute;

/// <summary>Jobs of one call, for all of which the caller waits.</summary>
sealed class JobGroup(ComputeWorkers workers, ComputePool pool, int jobs) : IDisposable
{
    readonly CountdownEvent _left = new(jobs);
    readonly Lock _entry = new();
    (int Index, Exception Failure)? _first;

    /// <summary>See <see cref="ComputeWorkers.Run(int, Action{int, JobGroup})"/>.</summary>
    public void Run(Action<int, JobGroup> job)
    {
        pool.Add(workers, Enumerable.Range(0, jobs).Select(index => Guard(index, () => job(index, this))));
        _left.Wait();
        if (_first is { Failure: var failure }) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Whether <see cref="TryAdd"/> is likely to add a job.</summary>
    public bool IsThreadFree => pool.IsThreadFree(workers);

    /// <summary>Adds a job if there is a thread with nothing to do; called by a job of the group.</summary>
    /// <remarks>Where several jobs throw, those of <see cref="Run"/> come first; of added ones, the first to throw.</remarks>
    /// <returns>False, and nothing happened, if there is no such thread.</returns>
    public bool TryAdd(Action job)
    {
        _left.AddCount();
        if (pool.TryAdd(workers, Guard(int.MaxValue, job))) return true;
        _left.Signal();
        return false;
    }

    public void Dispose() => _left.Dispose();

    Action Guard(int index, Action job) => () =>
    {
        try { job(); }
        catch (Exception failure)
        {
            lock (_entry)
                if (_first is not { } first || index < first.Index) _first = (index, failure);
        }
        finally { _left.Signal(); }
    };
}
