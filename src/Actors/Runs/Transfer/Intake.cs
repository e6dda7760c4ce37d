namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>What taking an archive in changed.</summary>
/// <param name="Run">The run; null for a backup.</param>
/// <param name="Streams">Every stream of the archive, by id.</param>
/// <param name="Artefacts">Artefacts that were not there before.</param>
/// <param name="Mended">Artefacts that were there damaged and were replaced.</param>
public sealed record Intake(string? Run, IReadOnlyList<StreamIntake> Streams, int Artefacts, int Mended)
{
    /// <summary>Whether anything was written.</summary>
    public bool Changed => Artefacts > 0 || Mended > 0 || Streams.Any(stream => stream.Added > 0);
}

/// <summary>A stream before and after an archive was taken in.</summary>
/// <param name="Stream">Stream id.</param>
/// <param name="Before">Events that were there; more than in the archive if the run has gone on here.</param>
/// <param name="Added">Events that were added.</param>
public sealed record StreamIntake(string Stream, long Before, long Added);
