using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary>What <c>export</c> and <c>backup</c> say of the file that they wrote.</summary>
static class ArchiveOutput
{
    /// <param name="archive">What is in it.</param>
    /// <param name="run">The run that was exported; null for a backup.</param>
    /// <param name="json">Whether to print JSON.</param>
    public static void Write(ArchiveSummary archive, RunId? run, bool json)
    {
        if (json) JsonOutput.Write(new { archive.File, Run = run?.Value, archive.Heads, archive.Events, archive.Artefacts, archive.Bytes });
        else Tables.Write(["", ""],
        [
            ["file", archive.File], .. archive.Heads.Select(one => new[] { "head", $"{one.Key}  {one.Value}" }),
            ["events", Figures.Of(archive.Events)], ["artefacts", Figures.Of(archive.Artefacts)], ["size", Readable.Bytes(archive.Bytes)],
        ]);
        foreach (var (stream, last) in archive.Cut)
            Talk.Say($"note: {stream} is damaged behind event {Figures.Of(last)}, in what the run does not share; "
                + "the file holds it up to there");
    }
}
