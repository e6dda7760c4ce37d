namespace ActorRlhf.Actors.Log.Databases;

/// <summary>The file that should be a journal is something else.</summary>
/// <param name="problem">What it is.</param>
public sealed class NotAJournalException(string file, string problem)
    : Exception($"{file} holds no runs: {problem}; expected the SQLite database that training writes. "
        + "Put it back from a backup, move the file away, or choose another directory with --data")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;
}
