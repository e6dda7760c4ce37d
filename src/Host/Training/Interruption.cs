using System.Runtime.InteropServices;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Training;

/// <summary>
/// Ctrl-C and SIGTERM for a command that has something to put in order first. The first signal cancels <see cref="Token"/> and sets
/// a deadline; the second, or the deadline, ends the process at once, which loses nothing: what is stored is stored.
/// </summary>
sealed partial class Interruption : IDisposable
{
    static readonly TimeSpan s_person = TimeSpan.FromSeconds(4), s_manager = TimeSpan.FromSeconds(28); // 5 and 30 are promised
    static readonly TimeSpan s_toClose = TimeSpan.FromSeconds(2.5);

    readonly TimeSpan _person;
    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration[] _registrations;
    Timer? _hurry;
    int _signals;

    /// <param name="hurries">Whether a person's Ctrl-C leaves 4 s to put things in order, and not a service manager's 28 s.</param>
    public Interruption(bool hurries = true)
    {
        _person = hurries ? s_person : s_manager;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether that signal was a person's Ctrl-C.</summary>
    public bool ByPerson { get; private set; }

    /// <summary>How long runs may take to come to rest, so that the log can still be closed.</summary>
    public TimeSpan ForRest => Deadline - s_toClose;

    TimeSpan Deadline => ByPerson ? _person : s_manager;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _hurry?.Dispose();
        _source.Dispose();
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1) ExitNow();
        ByPerson = context.Signal is PosixSignal.SIGINT;
        _hurry = new Timer(_ => ExitNow(), null, Deadline, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }

    /// <summary>
    /// Ends the process without waiting for its threads. An ordinary exit would unload libtorch while they compute, and crash.
    /// </summary>
    static void ExitNow()
    {
        // A live display hides the cursor.
        if (!Console.IsErrorRedirected) Console.Error.Write("\e[?25h");
        Talk.Say("ended at once: nothing that was stored is lost; train --resume goes on");
        if (OperatingSystem.IsWindows()) Environment.Exit(ExitCode.Interrupted);
        ExitWithoutCleaningUp(ExitCode.Interrupted);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitWithoutCleaningUp(int status);
}
