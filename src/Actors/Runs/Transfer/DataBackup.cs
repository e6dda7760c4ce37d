using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// A whole data directory in one file: every stream, as all of them were at
/// one moment, and every artefact that they need. Log files are no part of it.
/// </summary>
/// <remarks>
/// Streams travel as rows and not as a database file: what comes back is
/// checked event by event, and no foreign file is ever opened as a database.
/// </remarks>
public static class DataBackup
{
    /// <summary>Writes a backup, also while runs go on. Takes no lock and changes nothing.</summary>
    /// <param name="store">Where the runs are.</param>
    /// <param name="file">What to write; an archive that is there is replaced.</param>
    /// <param name="ct">Gives up; no file is left.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="BrokenChainException">A chain does not hold: what would not come back is not called a backup.</exception>
    /// <exception cref="ArchiveNotWrittenException">The file cannot be written.</exception>
    public static ArchiveSummary Write(Store store, string file, CancellationToken ct = default) =>
        ArchiveWriter.Write(file, null, store.Journal, store.Artefacts, _ => long.MaxValue, ct);

    /// <summary>Makes a data directory from a backup. Everything is verified before anything is written.</summary>
    /// <param name="file">What <see cref="Write"/> wrote.</param>
    /// <param name="directory">A path where there is nothing, or an empty directory.</param>
    /// <param name="time">Clock of lock and rows.</param>
    /// <exception cref="DirectoryNotEmptyException">There is something.</exception>
    /// <exception cref="ArchiveRefusedException">The file is damaged or made up.</exception>
    /// <exception cref="DataDirectoryUnusableException">The directory cannot be written; nothing is left in it.</exception>
    public static Intake Restore(string file, string directory, TimeProvider time)
    {
        var full = Path.GetFullPath(directory);
        var existed = Directory.Exists(full);
        if (File.Exists(full) || existed && Directory.EnumerateFileSystemEntries(full).Any()) throw new DirectoryNotEmptyException(full);
        using var archive = ArchiveReader.Open(file, ArchiveManifest.BackupFormat);
        using var data = DataDirectory.OpenForWriting(full, time);
        // From here on nobody else makes anything in it.
        if (!data.Store.IsNew || data.Artefacts.List().Any()) throw new DirectoryNotEmptyException(full);
        try { return new ArchiveIntake(archive, data.Store, time).Take(force: true, mayGrow: true); }
        catch
        {
            foreach (var entry in new DirectoryInfo(full).EnumerateFileSystemInfos())
                if (entry is DirectoryInfo folder) folder.Delete(recursive: true);
                else entry.Delete();
            if (!existed) Directory.Delete(full);
            throw;
        }
    }
}
