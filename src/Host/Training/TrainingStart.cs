using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Deciding;

namespace ActorRlhf.Host.Training;

/// <summary>How a run of a <see cref="TrainingSession"/> begins.</summary>
abstract class TrainingStart
{
    /// <summary>What can be found out before the data directory is touched.</summary>
    /// <param name="directory">As given on the command line.</param>
    /// <param name="ct">Gives up.</param>
    public abstract Task PrepareAsync(string? directory, CancellationToken ct);

    /// <summary>What to launch, and for a run that was there before how to let it go on.</summary>
    /// <param name="data">Opened for writing; nobody else writes it.</param>
    /// <param name="ct">Gives up.</param>
    public abstract Task<(LaunchRun Launch, ResumeRun? Resume)> BeginAsync(DataDirectory data, CancellationToken ct);
}
