using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>A private copy of an evaluator's files, of which the hash is known: what is replaced after the check is not what runs.</summary>
sealed class StagedEvaluator : IDisposable
{
    readonly EvaluatorFiles _files;

    /// <param name="source">What it is made of.</param>
    /// <exception cref="EvaluatorRefusedException">A file is missing, is none, cannot be read, or is a link out of a folder.</exception>
    public StagedEvaluator(EvaluatorSource source)
    {
        _files = EvaluatorFiles.Of(source);
        // Made with mode 0700: nobody else comes here, and the process of a sandbox sees the folder inside.
        Folder = Directory.CreateTempSubdirectory("actorrlhf-evaluator-").FullName;
        try
        {
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
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
