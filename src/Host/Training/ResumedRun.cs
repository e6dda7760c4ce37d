using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Training;

/// <summary>Goes on with a run that was paused or cut off.</summary>
/// <param name="name">Its id, the beginning of it, or latest.</param>
/// <param name="overrides">Of keys that do not determine the result.</param>
/// <param name="acceptBuild">Whether this build may go on with a run that another one began.</param>
sealed class ResumedRun(string name, IReadOnlyList<string> overrides, bool acceptBuild) : TrainingStart
{
    public override Task PrepareAsync(string? directory, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        return Task.CompletedTask;
    }

    public override RunLaunch Launch(Store store) =>
        new ContinueRun(new RunReader(store).Choose(name), overrides, "train --resume", acceptBuild);
}
