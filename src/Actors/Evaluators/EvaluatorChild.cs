using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>The processes of one start of an evaluator: watches their memory and their standard error, and ends all of them.</summary>
sealed class EvaluatorChild : IAsyncDisposable
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);   // a look takes some 0.1 ms
    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);
    const int MostRounds = 100;

    readonly Process _process;
    readonly EvaluatorLimits _limits;
    readonly string _mark;
    readonly bool _sandboxed;
    readonly ErrorOutput _errors;
    readonly Task _reading, _watching;
    readonly CancellationTokenSource _ended = new();
    bool _disposed;

    EvaluatorChild(Process process, EvaluatorLimits limits, string mark, bool sandboxed, ErrorOutput errors)
    {
        (_process, _limits, _mark, _sandboxed, _errors) = (process, limits, mark, sandboxed, errors);
        _reading = errors.ReadAsync(process.StandardError.BaseStream);
        _watching = WatchAsync();
    }

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Whether it has ended by itself, or was killed.</summary>
    public bool HasEnded => _disposed || _process.HasExited;

    /// <summary>Why the watcher killed it; null if it did not.</summary>
    public string? TookTooMuch { get; private set; }

    /// <summary>Starts it.</summary>
    /// <param name="start">The process.</param>
    /// <param name="limits">What it may take.</param>
    /// <param name="mark">The value of <see cref="Sandbox.Mark"/>.</param>
    /// <param name="sandboxed">Whether the process holds all that it starts.</param>
    /// <param name="log">Gets the lines of its standard error.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static async Task<EvaluatorChild> StartAsync(
        ProcessStartInfo start, EvaluatorLimits limits, string mark, bool sandboxed, Action<string> log) =>
        new(await ParentThread.StartAsync(start).ConfigureAwait(false), limits, mark, sandboxed, new ErrorOutput(log, TimeProvider.System));

    /// <summary>How it ended, once its output has: exit code and last words.</summary>
    public async Task<string> ObituaryAsync()
    {
        // Its output may end long before it does: then it is killed, and that is what it ended with.
        if (!await EndsWithinAsync(s_grace).ConfigureAwait(false)) return "it closed its output and went on";
        await Task.WhenAny(_reading, Task.Delay(s_grace)).ConfigureAwait(false);
        const int signals = 128;
        var code = _process.ExitCode;
        var how = code > signals
            ? string.Create(CultureInfo.InvariantCulture, $"it was ended by signal {code - signals}")
            : string.Create(CultureInfo.InvariantCulture, $"it ended with exit code {code}");
        return _errors.LastWords is { Length: > 0 } words ? $"{how}, and last said: {words}" : how;
    }

    /// <summary>Closes its input, which tells it to end; after a moment it is killed.</summary>
    public async Task EndAsync()
    {
        if (_disposed) return;
        try { _process.StandardInput.Close(); }
        catch (IOException) { } // what was not written yet can be written no more
        await EndsWithinAsync(s_grace).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills it with everything that it has started, and returns when nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _ended.CancelAsync().ConfigureAwait(false);
        if (_sandboxed) await KillNamespaceAsync().ConfigureAwait(false);
        else await KillTreeAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        // Whoever inherited its standard error and fled holds it open: nobody waits for that.
        await Task.WhenAny(_reading, Task.Delay(s_grace)).ConfigureAwait(false);
        // A process does not close the streams that somebody has used.
        await Input.DisposeAsync().ConfigureAwait(false);
        await Output.DisposeAsync().ConfigureAwait(false);
        await _process.StandardError.BaseStream.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
        _ended.Dispose();
    }

    /// <summary>Kills process 1 of its namespaces: the kernel ends all others before that, and unshare after it.</summary>
    async Task KillNamespaceAsync()
    {
        // Once it has ended, its number may be somebody else's.
        if (!_process.HasExited) foreach (var first in ProcessTree.ChildrenOf(_process.Id)) ProcessTree.Kill(first);
        if (await EndsWithinAsync(s_grace).ConfigureAwait(false)) return;
        _process.Kill();   // it had not made its namespaces yet
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Stops and kills round by round, as they may start others meanwhile.</summary>
    async Task KillTreeAsync()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            int[] left = [.. ProcessTree.Marked(Sandbox.Mark, _mark).Union(_process.HasExited ? [] : ProcessTree.Of(_process.Id))];
            if (left is []) break;
            foreach (var process in left) ProcessTree.Stop(process);
            foreach (var process in left) ProcessTree.Kill(process);
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMilliseconds(1))).ConfigureAwait(false);
        }
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var late = new CancellationTokenSource(time);
        try
        {
            await _process.WaitForExitAsync(late.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) { return false; }
    }

    async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(s_look);
        try
        {
            while (!_process.HasExited && await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                var processes = ProcessTree.Of(_process.Id);
                if (ProcessTree.Resident(processes) <= _limits.Memory) continue;
                var used = ProcessTree.Proportional(processes);
                if (used <= _limits.Memory) continue;
                TookTooMuch = string.Create(CultureInfo.InvariantCulture, $"it used {used >> 20} MB, limit {_limits.Memory >> 20} MB");
                // In a sandbox process 1 takes all others with it, and unshare goes after it.
                foreach (var process in _sandboxed ? ProcessTree.ChildrenOf(_process.Id) : processes) ProcessTree.Kill(process);
            }
        }
        catch (OperationCanceledException) { } // it is over
    }
}
