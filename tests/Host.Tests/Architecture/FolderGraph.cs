namespace ActorRlhf.Host.Tests.Architecture;

/// <summary>The folders of a project, which are its namespaces, and who uses whom.</summary>
sealed class FolderGraph
{
    readonly SortedDictionary<string, SortedSet<string>> _uses = new(StringComparer.Ordinal);

    /// <param name="root">The project's namespace.</param>
    /// <param name="uses">Pairs of namespaces of which the first uses the second.</param>
    public FolderGraph(string root, IEnumerable<(string From, string To)> uses)
    {
        foreach (var (from, to) in uses)
        {
            if (!IsIn(root, from) || !IsIn(root, to)) continue;
            Of(Name(root, from)).Add(Name(root, to));
            Of(Name(root, to));
        }
    }

    FolderGraph() { }

    /// <summary>Folders, and those that each uses.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Uses => _uses;

    /// <summary>The same with folders cut to so many levels.</summary>
    public FolderGraph Cut(int levels)
    {
        string Cut(string folder) => string.Join('/', folder.Split('/').Take(levels));
        var cut = new FolderGraph();
        foreach (var (from, all) in _uses)
        {
            cut.Of(Cut(from));
            foreach (var to in all)
                if (Cut(from) != Cut(to)) cut.Of(Cut(from)).Add(Cut(to));
        }
        return cut;
    }

    /// <summary>A way from a folder back to it; null if there is none.</summary>
    /// <remarks>A folder and one inside it are one thing here: the outer one holds what the inner ones share.</remarks>
    public IReadOnlyList<string>? Cycle()
    {
        var done = new HashSet<string>();
        foreach (var folder in _uses.Keys)
            if (Search(folder, [], done) is { } cycle) return cycle;
        return null;
    }

    /// <summary>Mermaid, without the arrows that follow from others.</summary>
    public IEnumerable<string> Mermaid(string indent)
    {
        foreach (var (from, all) in _uses)
        {
            yield return $"{indent}{Id(from)}[\"{from}\"]";
            foreach (var to in all.Where(to => !all.Any(other => other != to && Reaches(other, to))))
                yield return $"{indent}{Id(from)} --> {Id(to)}";
        }
    }

    static string Id(string folder) => folder.Replace('/', '_').ToLowerInvariant();

    static bool IsIn(string root, string name) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    static string Name(string root, string name) => name == root ? "." : name[(root.Length + 1)..].Replace('.', '/');

    SortedSet<string> Of(string folder) =>
        _uses.TryGetValue(folder, out var uses)
            ? uses
            : _uses[folder] = new SortedSet<string>(StringComparer.Ordinal);

    bool Reaches(string from, string to) => _uses[from].Contains(to) || _uses[from].Any(next => Reaches(next, to));

    IReadOnlyList<string>? Search(string folder, IReadOnlyList<string> path, HashSet<string> done)
    {
        if (path.Contains(folder)) return [.. path.SkipWhile(one => one != folder), folder];
        if (done.Contains(folder)) return null;
        foreach (var next in _uses[folder])
            if (Search(next, [.. path, folder], done) is { } cycle) return cycle;
        done.Add(folder);
        return null;
    }
}
