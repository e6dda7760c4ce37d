using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// One run in one file: both streams byte by byte, every artefact that they need, and the same of the runs that it descends from.
/// </summary>
public static class RunArchive
{
    /// <summary>Writes a run, as it is at one moment, also while it goes on. Takes no lock and changes nothing.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="file">What to write; an archive that is there is replaced.</param>
    /// <exception cref="ArchiveNotWrittenException">The file cannot be written.</exception>
    public static ArchiveSummary Export(Store store, RunId run, string file)
    {
        var journal = store.Journal;
        var line = Lineage.Of(journal, run);
        var wanted = line.SelectMany(one => (string[])[one.Run.TrainingStream, one.Run.EvaluationStream]).ToHashSet(StringComparer.Ordinal);
        var cut = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var ((fork, left), (parent, _)) in line.Zip(line.Skip(1)))
            if (WholePart(journal, parent.EvaluationStream, Lineage.LastSharedEvaluation(journal, fork, left!)) is { } last)
                cut.Add(parent.EvaluationStream, last);
        return ArchiveWriter.Write(file, run.Value, journal, store.Artefacts,
            stream => wanted.Contains(stream) ? cut.GetValueOrDefault(stream, long.MaxValue) : null) with
        {
            Cut = cut,
        };
    }

    /// <summary>
    /// The last event of a parent's evaluation stream before a fault that a fork has nothing to do with; null if there is none.
    /// </summary>
    static long? WholePart(JournalReader journal, string stream, int lastShared)
    {
        var last = journal.LastSequence(stream);
        var whole = SharedEvaluations.In(journal.Read(stream).Verified(), lastShared).LastOrDefault()?.Sequence ?? 0;
        return whole < last ? whole : null;
    }

    /// <summary>
    /// Takes a run in from a file. Everything is verified before anything is written; what is there already stays as it is.
    /// </summary>
    /// <param name="file">What <see cref="Export"/> wrote.</param>
    /// <param name="data">The data directory, which is made if it is missing; null for the default.</param>
    /// <param name="force">Whether to take in what was deleted here.</param>
    /// <param name="time">Clock of lock and rows.</param>
    /// <exception cref="ArchiveRefusedException">The file is damaged or made up.</exception>
    /// <exception cref="OtherHistoryException">There is a run of that id with another history.</exception>
    /// <exception cref="RunDeletedException">The run was deleted here.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process writes the directory.</exception>
    /// <exception cref="DataDirectoryUnusableException">It cannot be written; nothing was added.</exception>
    public static Intake Import(string file, string? data, bool force, TimeProvider time)
    {
        DataDirectory.ThrowIfInUse(data);
        using var archive = ArchiveReader.Open(file, ArchiveManifest.RunFormat);
        using var directory = DataDirectory.OpenForWriting(data, time);
        return new ArchiveIntake(archive, directory.Store, time).Take(force, mayGrow: true);
    }

    /// <summary>The same beside runs that go on: a run that is here already gets no events, for somebody may write it.</summary>
    /// <param name="store">Where to; opened for writing.</param>
    /// <param name="file">What <see cref="Export"/> wrote.</param>
    /// <param name="force">Whether to take in what was deleted here.</param>
    /// <param name="time">Clock of the rows.</param>
    /// <exception cref="ArchiveRefusedException">The file is damaged or made up.</exception>
    /// <exception cref="OtherHistoryException">There is a run of that id with another history.</exception>
    /// <exception cref="RunGrowsException">There is a run of that id, of which the file holds more.</exception>
    /// <exception cref="RunDeletedException">The run was deleted here.</exception>
    /// <exception cref="DataDirectoryUnusableException">The store cannot be written; nothing was added.</exception>
    public static Intake Import(Store store, string file, bool force, TimeProvider time)
    {
        using var archive = ArchiveReader.Open(file, ArchiveManifest.RunFormat);
        return new ArchiveIntake(archive, store, time).Take(force, mayGrow: false);
    }
}
