using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Contracts;

/// <summary>What one run takes, as <c>--json</c> prints it.</summary>
sealed record RunUseLine(
    string Run, int Events, long EventBytes, int Artefacts, long ArtefactBytes,
    long ExclusiveBytes, long SharedBytes, int Removed, int Missing)
{
    public static RunUseLine Of(RunUse run) =>
        new(
            run.Run, run.Use.Events, run.Use.EventBytes, run.Use.Artefacts, run.Use.ArtefactBytes,
            run.ExclusiveBytes, run.SharedBytes, run.Use.Removed, run.Use.Missing);
}
