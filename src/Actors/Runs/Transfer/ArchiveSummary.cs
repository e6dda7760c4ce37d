namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>What an archive holds.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Heads">By the id of each run the last event of its training stream, <c>SEQUENCE:HASH</c>.</param>
/// <param name="Events">Events of all streams.</param>
/// <param name="Artefacts">How many artefacts.</param>
public sealed record ArchiveSummary(string File, long Bytes, IReadOnlyDictionary<string, string> Heads, long Events, int Artefacts)
{
    /// <summary>
    /// Evaluation streams of runs that the exported one descends from which are
    /// damaged behind what it shares with them, and the last event before that.
    /// </summary>
    public IReadOnlyDictionary<string, long> Cut { get; init; } = new Dictionary<string, long>();
}
