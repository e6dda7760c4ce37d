using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Cli;

/// <summary>
/// A run's state for people: of one whose process died, which is <c>running</c>
/// for the next host, also that nobody is at work at it; of one that waits or is paused, how to let it go on.
/// </summary>
static class Standing
{
    const string Running = "running", Queued = "queued", Paused = "paused";

    /// <summary>Whether a run is <c>running</c> in a directory that nobody writes.</summary>
    public static bool IsAbandoned(RunLine run, DataDirectory data) => run.State is Running && !DataDirectory.IsBeingWritten(data.Path);

    /// <summary>The state.</summary>
    /// <param name="abandoned">As <see cref="IsAbandoned"/> says.</param>
    /// <param name="resume">The command that lets it go on or begin; null where there is no room for it.</param>
    public static string Words(RunLine run, bool abandoned, string? resume = null) =>
        abandoned ? $"{run.State} (nobody is training it{(resume is null ? "" : $"; {resume} goes on")})"
        : run.State is Queued && resume is not null ? $"{run.State} ({resume} begins it)"
        : run.State is Paused && resume is not null ? $"{run.State} ({resume} goes on)"
        : run.State;
}
