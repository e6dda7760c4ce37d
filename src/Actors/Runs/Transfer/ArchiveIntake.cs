using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>Puts a verified archive into a data directory: first the artefacts, then the rows of all streams in one transaction.</summary>
/// <remarks>
/// Stopped in between, it leaves artefacts that no event names, which <c>disk --collect</c>
/// removes; on an error it removes them itself; what it mended stays whole.
/// </remarks>
sealed class ArchiveIntake(ArchiveReader archive, Store store, TimeProvider time)
{
    readonly JournalReader _journal = store.Journal;

    /// <exception cref="OtherHistoryException">A stream is there with another history.</exception>
    /// <exception cref="RunDeletedException">A run was deleted here, and <paramref name="force"/> is not set.</exception>
    /// <exception cref="DataDirectoryUnusableException">The directory cannot be written; nothing was added.</exception>
    public Intake Take(bool force)
    {
        var there = store.IsNew ? new Dictionary<string, long>() : _journal.LastSequences();
        var streams = archive.Streams.Values.Select(check => Compare(check, there.GetValueOrDefault(check.Stream))).ToArray();
        if (!force && there.ContainsKey(DeletedRuns.Stream))
            foreach (var fresh in streams.Where(stream => stream.Before == 0))
                ThrowIfDeleted(fresh.Stream);
        var (added, mended) = (new List<ContentHash>(), 0);
        try
        {
            foreach (var hash in Needed(streams).Distinct())
            {
                var outcome = Put(hash);
                if (outcome is PutOutcome.Added) added.Add(hash);
                if (outcome is PutOutcome.Mended) mended++;
            }
            if (streams.Any(stream => stream.Added > 0)) Append(streams);
        }
        catch
        {
            foreach (var hash in added) store.Artefacts.Remove(hash);
            throw;
        }
        return new Intake(archive.Manifest.Run, streams, added.Count, mended);
    }

    /// <summary>What a stream gets: all that it has not; one of the two histories must be the beginning of the other.</summary>
    StreamIntake Compare(StreamCheck check, long last)
    {
        if (last == 0) return new StreamIntake(check.Stream, 0, check.Head.Sequence);
        var own = new StreamCheck(check.Stream);
        foreach (var (ours, theirs) in _journal.Rows(check.Stream, 0).Zip(archive.Rows(check.Stream)))
        {
            own.Accept(ours);
            if (own.Head.Hash != theirs.Parse().Hash) throw new OtherHistoryException(check.Stream, own.Head.Sequence, store.Place);
        }
        return new StreamIntake(check.Stream, last, Math.Max(0, check.Head.Sequence - last));
    }

    void ThrowIfDeleted(string stream)
    {
        if (RunId.TryOfTrainingStream(stream, out var run) && new DeletedRuns(_journal).Find(run) is { } deleted)
            throw new RunDeletedException(deleted);
    }

    /// <summary>
    /// What the streams need as they will be, and with a stream that grows also what another run
    /// keeps for it. Where a run has gone on here, the archive may hold what was removed since.
    /// </summary>
    IEnumerable<ContentHash> Needed(StreamIntake[] streams)
    {
        var inArchive = archive.Manifest.Artefacts.Select(artefact => artefact.Sha256).ToHashSet();
        return from stream in streams
               let check = archive.Streams[stream.Stream]
               where stream.Before <= check.Head.Sequence
               from hash in stream.Added > 0 ? check.Artefacts.Named.Keys.Where(inArchive.Contains) : check.Artefacts.Required
               select hash;
    }

    PutOutcome Put(ContentHash hash)
    {
        using var content = archive.OpenArtefact(hash);
        return store.Artefacts.PutVerified(hash, content);
    }

    void Append(StreamIntake[] streams)
    {
        using var transaction = store.Begin(time);
        foreach (var stream in streams.Where(stream => stream.Added > 0))
            foreach (var row in archive.Rows(stream.Stream).Where(row => row.Sequence > stream.Before))
                transaction.Append(stream.Stream, row);
        transaction.Commit();
    }
}
