using System.IO.Compression;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// Writes streams and the artefacts that they name into one file, also while runs
/// go on: all streams as of one moment, and every artefact that they then need.
/// </summary>
/// <remarks>
/// An artefact is in the store before an event names it, and an event says that it was removed before it goes. So artefacts are copied
/// first; if one has gone meanwhile, the streams are read on to where the log says so, until nothing is missing. What was copied and
/// removed afterwards stays in the archive. The same streams and artefacts give the same bytes.
/// </remarks>
sealed class ArchiveWriter
{
    readonly JournalReader _journal;
    readonly ArtefactStore _artefacts;
    readonly ZipArchive _zip;
    readonly CancellationToken _ct;
    readonly SortedDictionary<string, StreamCheck> _streams = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, ArchivedArtefact> _copied = new(StringComparer.Ordinal);

    ArchiveWriter(JournalReader journal, ArtefactStore artefacts, ZipArchive zip, CancellationToken ct) =>
        (_journal, _artefacts, _zip, _ct) = (journal, artefacts, zip, ct);

    /// <summary>Writes an archive; it appears whole or not at all.</summary>
    /// <param name="path">The file; an archive that is there is replaced.</param>
    /// <param name="run">The run that is exported; null for a backup.</param>
    /// <param name="journal">Where the streams are.</param>
    /// <param name="artefacts">Where the artefacts are.</param>
    /// <param name="wanted">Which streams, each up to which sequence number; null for one that is not wanted.</param>
    /// <param name="ct">Gives up; no file is left.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="BrokenChainException">A stream's chain does not hold, or a fork's parent is not there.</exception>
    /// <exception cref="UnreadableEventException">An event is damaged.</exception>
    /// <exception cref="UnknownEventException">This build does not know an event.</exception>
    /// <exception cref="ArtefactMissingException">An artefact is missing, and no event says that it was removed.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact is damaged.</exception>
    /// <exception cref="ArchiveNotWrittenException">The file cannot be written.</exception>
    public static ArchiveSummary Write(
        string path, string? run, JournalReader journal, ArtefactStore artefacts, Func<string, long?> wanted,
        CancellationToken ct = default)
    {
        ArchiveManifest? manifest = null;
        var size = 0L;
        try
        {
            if (File.Exists(path) && !ArchiveSeal.MayBeOf(path)) throw new IOException("it is there, and is no archive");
            DurableFile.Write(path, file =>
            {
                using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                {
                    zip.Comment = ArchiveSeal.Blank;
                    manifest = new ArchiveWriter(journal, artefacts, zip, ct).Write(run, wanted);
                }
                ArchiveSeal.Close(file);
                size = file.Length;
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveNotWrittenException(path, failure);
        }
        var heads = new Dictionary<string, string>();
        foreach (var stream in manifest!.Streams)
            if (RunId.TryOfTrainingStream(stream.Stream, out var one)) heads.Add(one.Value, stream.Head);
        return new ArchiveSummary(
            Path.GetFullPath(path), size, heads, manifest.Streams.Sum(stream => stream.Events), manifest.Artefacts.Count);
    }

    ArchiveManifest Write(string? run, Func<string, long?> wanted)
    {
        ContentHash[] absent = [];
        do
        {
            var before = absent;
            ReadOn(wanted, isBackup: run is null);
            absent = [.. InOrder(_streams.Values.SelectMany(check => check.Artefacts.Required)).Where(hash => !Copy(hash))];
            // The log had its chance to say that it was removed.
            if (absent.Intersect(before).FirstOrDefault() is var missing && missing != default)
                throw new ArtefactMissingException(missing, _artefacts.PathOf(missing));
        }
        while (absent.Length > 0);
        // What a log calls removed is still there where another run needs it, and that may be a fork of this one.
        foreach (var hash in InOrder(_streams.Values.SelectMany(check => check.Artefacts.Removed))) Copy(hash);
        if (run is null) DropDeleted();
        if (Ancestry.Fault(_streams, stream => _journal.Rows(stream, 0)) is { } fault)
            throw new BrokenChainException(fault.Stream, 1, fault.Problem);
        var manifest = new ArchiveManifest(run is null ? ArchiveManifest.BackupFormat : ArchiveManifest.RunFormat,
            run, [.. _streams.Values.Select(Copy)], [.. _copied.Values]);
        using var entry = OpenEntry(ArchiveEntries.Manifest);
        entry.Write(manifest.ToBytes());
        return manifest;
    }

    /// <summary>Reads every stream up to one moment; a run that is deleted meanwhile is no part of a backup.</summary>
    void ReadOn(Func<string, long?> wanted, bool isBackup)
    {
        var lasts = _journal.LastSequences();
        foreach (var (stream, last) in lasts)
        {
            if (wanted(stream) is not { } most) continue;
            if (!_streams.TryGetValue(stream, out var check)) _streams.Add(stream, check = new StreamCheck(stream));
            try
            {
                foreach (var row in Rows(stream, check.Head.Sequence, Math.Min(last, most))) check.Accept(row);
            }
            catch (BrokenChainException) when (isBackup && IsDeleted(stream)) { } // it is dropped below
        }
        if (isBackup) DropDeleted();
    }

    void DropDeleted()
    {
        foreach (var gone in _streams.Keys.Where(IsDeleted).ToArray()) _streams.Remove(gone);
    }

    IEnumerable<JournalRow> Rows(string stream, long after, long last)
    {
        var sequence = after;
        foreach (var row in _journal.Rows(stream, after).TakeWhile(row => row.Sequence <= last))
        {
            _ct.ThrowIfCancellationRequested();
            sequence = row.Sequence;
            yield return row;
        }
        if (sequence != last)
            throw new BrokenChainException(stream, sequence + 1, $"the event is missing, the stream had {last} a moment ago");
    }

    /// <summary>Whether a stream is gone since it was listed.</summary>
    bool IsDeleted(string stream) => _journal.LastSequence(stream) == 0;

    static IEnumerable<ContentHash> InOrder(IEnumerable<ContentHash> hashes) =>
        hashes.Distinct().OrderBy(hash => hash.ToString(), StringComparer.Ordinal);

    /// <summary>Copies an artefact, once; false if it is not there.</summary>
    bool Copy(ContentHash hash)
    {
        if (_copied.ContainsKey(hash.ToString())) return true;
        _ct.ThrowIfCancellationRequested();
        using var source = _artefacts.TryOpen(hash);
        if (source is null) return false;
        using var measured = new MeasuredStream(source);
        using (var entry = OpenEntry(ArchiveEntries.OfArtefact(hash))) measured.CopyTo(entry);
        if (measured.Sha256 is var found && found != hash) throw new ArtefactDamagedException(hash, _artefacts.PathOf(hash), found);
        _copied.Add(hash.ToString(), new ArchivedArtefact(hash, measured.Bytes));
        return true;
    }

    ArchivedStream Copy(StreamCheck check)
    {
        using var measured = new MeasuredStream(OpenEntry(ArchiveEntries.OfStream(check.Stream)));
        using (var buffered = new BufferedStream(measured, 1 << 16))
        {
            foreach (var row in Rows(check.Stream, 0, check.Head.Sequence)) ArchivedEvents.Write(buffered, row);
            buffered.Flush();
            return new ArchivedStream(check.Stream, check.Head.Sequence, check.Head.ToString(), measured.Bytes, measured.Sha256);
        }
    }

    Stream OpenEntry(string name)
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = ArchiveEntries.Time;
        return entry.Open();
    }
}
