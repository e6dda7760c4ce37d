using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary>
/// A run's state for people: of one whose process died, which is <c>running</c>
/// for the next host, also that nobody is at work at it; of one that waits or is paused, how to let it go on.
/// </summary>
static class Standing
{
    const string Running = "running", Queued = "queued", Paused = "paused";

    /// <summary>Whether a run is <c>running</c> while nobody is at work.</summary>
    public static bool IsAbandoned(RunLine run, Attendance attendance) => run.State is Running && attendance is Attendance.Nobody;

    /// <summary>The state.</summary>
    /// <param name="attendance">Who is at work.</param>
    /// <param name="resume">The command that lets it go on or begin where no host does; null where there is no room for it.</param>
    public static string Words(RunLine run, Attendance attendance, string? resume = null) => (run.State, resume) switch
    {
        (Running, null) when IsAbandoned(run, attendance) => $"{run.State} (nobody is training it)",
        (Running, _) when IsAbandoned(run, attendance) => $"{run.State} (nobody is training it; {resume} goes on)",
        (Paused, not null) when attendance is Attendance.Host => $"{run.State} (the command resume lets it go on)",
        (Queued, not null) when attendance is not Attendance.Host => $"{run.State} ({resume} begins it)",
        (Paused, not null) => $"{run.State} ({resume} goes on)",
        _ => run.State,
    };
}
