using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>
/// The one thread that starts evaluators' processes. The kernel kills them with the thread that started them, which is how they end with
/// a host that is killed; a thread of the pool would end sooner.
/// </summary>
static class ParentThread
{
    static readonly BlockingCollection<Action> s_work = [];

    static ParentThread() => new Thread(Run) { IsBackground = true, Name = "parent of evaluators" }.Start();

    /// <summary>Starts a process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try { started.SetResult(Process.Start(start)!); }
            catch (Exception thrown) { started.SetException(thrown); }   // the thread's edge: it is the caller's
        });
        return started.Task;
    }

    static void Run()
    {
        foreach (var work in s_work.GetConsumingEnumerable()) work();
    }
}
