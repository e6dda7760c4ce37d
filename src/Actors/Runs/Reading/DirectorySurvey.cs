using System.IO.Enumeration;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>One look at all files and all events of a data directory.</summary>
sealed class DirectorySurvey
{
    readonly DataDirectory _data;
    readonly RunReader _reader;
    readonly (string Path, long Bytes)[] _files;
    readonly Dictionary<ContentHash, long> _artefacts = [];
    readonly Dictionary<ContentHash, int> _owners = [];

    public DirectorySurvey(DataDirectory data)
    {
        (_data, _reader) = (data, new RunReader(data.Store));
        // Files before events: the event that names a file of now is there when it is looked for.
        _files = [.. new FileSystemEnumerable<(string, long)>(
            data.Path, (ref FileSystemEntry entry) => (entry.ToFullPath(), entry.Length),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        }];
        foreach (var (path, bytes) in _files)
            if (data.Artefacts.TryHashOf(path, out var hash)) _artefacts.Add(hash, bytes);
    }

    public DirectoryUse Use()
    {
        var runs = new List<(RunId Run, DiskUse Use, ArtefactLedger Ledger)>();
        var problems = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var run in _reader.Runs())
        {
            try
            {
                var use = DiskUse.Of(_reader.Read(run), Size, out var ledger);
                Own(ledger);
                runs.Add((run, use, ledger));
            }
            catch (Exception damaged) when (RunDamage.Is(damaged)) { problems.Add(run.Value, damaged.Message); }
        }
        var kinds = _files.ToLookup(file => KindOf(file.Path), file => file.Bytes);
        FileUse Sum(Kind kind) => new(kinds[kind].Count(), kinds[kind].Sum());
        long Alone(ArtefactLedger ledger) => ledger.Required.Where(hash => _owners[hash] == 1).Sum(hash => Size(hash) ?? 0);
        var database = _data.Store.Settings.Database.Bytes is { } bytes ? new FileUse(0, bytes) : Sum(Kind.Database);
        return new DirectoryUse(_data.Path, [.. runs.Select(one => new RunUse(one.Run.Value, one.Use, Alone(one.Ledger)))], problems,
            database, Sum(Kind.Artefact), Sum(Kind.Orphan), Sum(Kind.Temporary), Sum(Kind.Log), Sum(Kind.Other));
    }

    void Own(ArtefactLedger ledger)
    {
        foreach (var hash in ledger.Required) _owners[hash] = _owners.GetValueOrDefault(hash) + 1;
    }

    /// <summary>One that was written since the files were looked at is not missing.</summary>
    long? Size(ContentHash hash) => _artefacts.TryGetValue(hash, out var bytes) ? bytes : _data.Artefacts.Exists(hash) ? 0 : null;

    Kind KindOf(string path)
    {
        if (path.StartsWith(_data.JournalFile, StringComparison.Ordinal)) return Kind.Database;
        if (_data.Artefacts.TryHashOf(path, out var hash)) return _owners.ContainsKey(hash) ? Kind.Artefact : Kind.Orphan;
        if (_data.Artefacts.IsTemporary(path)) return Kind.Temporary;
        return Path.GetDirectoryName(path) == _data.Logs ? Kind.Log : Kind.Other;
    }

    enum Kind { Database, Artefact, Orphan, Temporary, Log, Other }
}
