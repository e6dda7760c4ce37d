using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>A private copy of an evaluator's files, of which the hash is known: what is replaced after the check does not run.</summary>
sealed class StagedEvaluator : IDisposable
{
    const string Prefix = "actorrlhf-evaluator-", LockName = "lock";
    static readonly TimeSpan s_young = TimeSpan.FromMinutes(1);   // it may not have its lock yet
    static readonly Lazy<bool> s_removed = new(RemoveOrphans);

    readonly EvaluatorFiles _files;
    readonly FileStream? _lock;                // held while this host lives

    /// <param name="source">What it is made of.</param>
    /// <exception cref="EvaluatorRefusedException">A file is missing, is none, cannot be read, or is a link out of a folder.</exception>
    public StagedEvaluator(EvaluatorSource source)
    {
        _ = s_removed.Value;
        _files = EvaluatorFiles.Of(source);
        // Made with mode 0700: nobody else comes here, and the process of a sandbox sees the folder inside.
        Folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        try
        {
            _lock = new FileStream(Path.Combine(Folder, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            EvaluatorFiles.MakeFolder(Files);
            EvaluatorFiles.MakeFolder(Path.Combine(Folder, "root"));
            Hash = _files.Hash(Files);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The private folder: <c>files</c>, and the empty <c>root</c> for a sandbox.</summary>
    public string Folder { get; }

    /// <summary>The copies.</summary>
    public string Files => Path.Combine(Folder, "files");

    /// <summary>Of what was copied.</summary>
    public ContentHash Hash { get; }

    /// <summary>The program and its arguments, or what stands in their places, with the paths as the process sees them.</summary>
    /// <param name="home">The folder with the copies, as the process sees it.</param>
    public string[] CommandLine(string home) => _files.CommandLine(home);

    /// <summary>Removes the copies.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Removes what a host left that was killed: one that lives holds the lock of its own.</summary>
    /// <param name="folder">A staging folder.</param>
    /// <param name="youngest">A younger one may not have its lock yet.</param>
    internal static void RemoveIfOrphan(DirectoryInfo folder, TimeSpan youngest)
    {
        if (DateTime.UtcNow - folder.CreationTimeUtc < youngest) return;
        try
        {
            using (new FileStream(Path.Combine(folder.FullName, LockName), FileMode.Open, FileAccess.Write, FileShare.None))
                folder.Delete(recursive: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException) { } // another user's, or in use
    }

    static bool RemoveOrphans()
    {
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).GetDirectories(Prefix + "*")) RemoveIfOrphan(folder, s_young);
        return true;
    }
}
