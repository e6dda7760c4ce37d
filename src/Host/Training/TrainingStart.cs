using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Launching;

namespace ActorRlhf.Host.Training;

/// <summary>How a run of a <see cref="TrainingSession"/> begins.</summary>
abstract class TrainingStart
{
    /// <summary>What can be found out before the data directory is touched.</summary>
    /// <param name="directory">As given on the command line.</param>
    /// <param name="ct">Gives up.</param>
    public abstract Task PrepareAsync(string? directory, CancellationToken ct);

    /// <summary>What to ask of the host.</summary>
    /// <param name="store">Opened for writing; nobody else writes it.</param>
    public abstract RunLaunch Launch(Store store);
}
