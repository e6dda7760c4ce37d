using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Files of one kind.</summary>
/// <param name="Files">How many.</param>
/// <param name="Bytes">Their sizes together.</param>
public sealed record FileUse(int Files, long Bytes);

/// <summary>What one run takes of a data directory.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Use">What its own streams hold and need.</param>
/// <param name="ExclusiveBytes">Size of the artefacts that no other run needs.</param>
public sealed record RunUse(string Run, DiskUse Use, long ExclusiveBytes)
{
    /// <summary>Size of the artefacts that it shares with other runs.</summary>
    public long SharedBytes => Use.ArtefactBytes - ExclusiveBytes;
}

/// <summary>Who uses how much of a data directory. Every file is of one kind, so that the kinds add up to the directory.</summary>
/// <param name="Path">Full path of the directory.</param>
/// <param name="Runs">Each run whose log can be read, by its id.</param>
/// <param name="Problems">By run, why its log cannot be read; what it needs counts as orphaned.</param>
/// <param name="Database">The journal with its side files, or no file and its tables in PostgreSQL: events, indices and free pages.</param>
/// <param name="Artefacts">Artefacts that some run needs, each once.</param>
/// <param name="Orphans">Artefacts that no run needs; while a step is being written, also those of that step.</param>
/// <param name="Temporary">What is being written, or was when a process was killed.</param>
/// <param name="Logs">Log files.</param>
/// <param name="Other">Everything else: the lock file, and what is not ours.</param>
public sealed record DirectoryUse(
    string Path, IReadOnlyList<RunUse> Runs, IReadOnlyDictionary<string, string> Problems,
    FileUse Database, FileUse Artefacts, FileUse Orphans, FileUse Temporary, FileUse Logs, FileUse Other)
{
    /// <summary>Size of all files together.</summary>
    public long TotalBytes => Database.Bytes + Artefacts.Bytes + Orphans.Bytes + Temporary.Bytes + Logs.Bytes + Other.Bytes;

    /// <summary>Looks at every file and every event. Takes no lock.</summary>
    public static DirectoryUse Of(DataDirectory data) => new DirectorySurvey(data).Use();
}
