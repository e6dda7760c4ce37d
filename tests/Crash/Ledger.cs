using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Crash;

/// <summary>
/// What a reader has seen of a data directory's only run while another process wrote it.
/// Whatever is visible to a reader was acknowledged, so it may never go away again.
/// </summary>
sealed class Ledger(string data)
{
    readonly Dictionary<string, List<ContentHash>> _seen = [];

    /// <summary>Events of the training stream that were seen.</summary>
    public int Events =>
        _seen.Where(stream => !stream.Key.EndsWith("-evaluations", StringComparison.Ordinal))
            .Sum(stream => stream.Value.Count);

    /// <summary>Whether the first writer has come so far; one in PostgreSQL is there before.</summary>
    bool HasJournal => File.Exists(Path.Combine(data, DataDirectory.JournalName)) || File.Exists(Path.Combine(data, "database"));

    /// <summary>Looks at what is there now: what was seen before must be there once, in its place, unchanged.</summary>
    public void Look()
    {
        if (_seen.Count == 0 && !HasJournal) return;
        using var directory = DataDirectory.OpenForReading(data);
        var journal = directory.Store.Journal;
        foreach (var stream in journal.Streams().Union(_seen.Keys).ToArray())
        {
            if (!_seen.TryGetValue(stream, out var seen)) _seen[stream] = seen = [];
            // The reader itself refuses a number that is missing or there twice.
            var now = journal.Read(stream).Select(read => read.Hash).ToList();
            Assert.True(now.Count >= seen.Count, $"{stream}: {seen.Count} events were acknowledged, {now.Count} are left");
            Assert.Equal(seen, now[..seen.Count]);
            _seen[stream] = now;
        }
    }

    /// <summary>After a process is gone: the log verifies, and what it was writing is either whole or nothing.</summary>
    public void LookAfterTheEnd()
    {
        Look();
        if (_seen.Count == 0) return;
        using var directory = DataDirectory.OpenForReading(data);
        var reader = new RunReader(directory.Store);
        foreach (var stream in _seen.Keys) Assert.Null(directory.Store.Journal.VerifyChain(stream));
        foreach (var hash in reader.Runs().Select(reader.Read).SelectMany(Named)) directory.Artefacts.Read(hash);
    }

    static IEnumerable<ContentHash> Named(RunRecord run)
    {
        var events = run.Training().Concat(run.Evaluations()).Select(read => read.Event).ToArray();
        return events.SelectMany(NamedArtefacts.In).Except(events.OfType<ArtefactRemoved>().Select(removed => removed.Hash));
    }
}
