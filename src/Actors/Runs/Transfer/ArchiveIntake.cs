using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>Puts a verified archive into a data directory: first the artefacts, then the rows of all streams in one transaction.</summary>
/// <remarks>
/// Stopped in between, it leaves artefacts that no event names, which <c>disk --collect</c> removes; on an error it removes them itself,
/// unless others write beside it, who may have named them: a host's collection finds what nobody has. What it mended stays whole.
/// </remarks>
sealed class ArchiveIntake(ArchiveReader archive, Store store, TimeProvider time)
{
    readonly JournalReader _journal = store.Journal;
    // Claimed, so that a collection beside it does not take away what no event names yet.
    readonly ArtefactStore _artefacts = store.Artefacts.ClaimedBy($"archive {Guid.NewGuid():N}");

    /// <param name="force">Whether to take in what was deleted here.</param>
    /// <param name="mayGrow">Whether a run that is here may get the events that it has not: only where nobody else writes it.</param>
    /// <exception cref="OtherHistoryException">A stream is there with another history.</exception>
    /// <exception cref="RunDeletedException">A run was deleted here, and <paramref name="force"/> is not set.</exception>
    /// <exception cref="RunGrowsException">A stream is there and would get events, and <paramref name="mayGrow"/> is not set.</exception>
    /// <exception cref="DataDirectoryUnusableException">The directory cannot be written; nothing was added.</exception>
    public Intake Take(bool force, bool mayGrow)
    {
        var there = store.IsNew ? new Dictionary<string, long>() : _journal.LastSequences();
        var streams = archive.Streams.Values.Select(check => Compare(check, there.GetValueOrDefault(check.Stream))).ToArray();
        if (!force && there.ContainsKey(DeletedRuns.Stream))
            foreach (var fresh in streams.Where(stream => stream.Before == 0))
                ThrowIfDeleted(fresh.Stream);
        if (!mayGrow && streams.FirstOrDefault(stream => stream is { Before: > 0, Added: > 0 }) is { } grows)
            throw new RunGrowsException(grows);
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
            _artefacts.Named(archive.Manifest.Artefacts.Select(artefact => artefact.Sha256));
        }
        catch
        {
            _artefacts.Named(archive.Manifest.Artefacts.Select(artefact => artefact.Sha256));
            if (!mayGrow) throw;
            using var removal = _artefacts.BeginRemoval();
            foreach (var hash in added) removal.TryRemove(hash);
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
        var outcome = !_artefacts.Exists(hash) ? PutOutcome.Added : IsDamaged(hash) ? PutOutcome.Mended : PutOutcome.Unchanged;
        using var content = archive.OpenArtefact(hash);
        _artefacts.Put(content.CopyTo);
        return outcome;
    }

    bool IsDamaged(ContentHash hash)
    {
        try { return _artefacts.Read(hash, _ => false); }
        catch (Exception failure) when (failure is ArtefactDamagedException or ArtefactMissingException) { return true; }
    }

    void Append(StreamIntake[] streams)
    {
        using var transaction = store.Begin(time);
        transaction.MayTakeLong();
        foreach (var stream in streams.Where(stream => stream.Added > 0))
            foreach (var row in archive.Rows(stream.Stream).Where(row => row.Sequence > stream.Before))
                transaction.Append(stream.Stream, row);
        transaction.Commit();
    }
}
