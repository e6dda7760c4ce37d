using System.IO.Compression;
using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// An archive in which everything was verified: names, sizes, hashes, chains, events, heads, and that no artefact is missing.
/// </summary>
/// <remarks>
/// Verifying writes nothing and holds one event at a time in memory. The file stays open, so that what is read later is what was verified.
/// </remarks>
sealed class ArchiveReader : IDisposable
{
    const int LargestManifest = 64 << 20;

    readonly string _path;
    readonly FileStream _file;
    readonly ZipArchive _zip;
    readonly IReadOnlyDictionary<string, ZipArchiveEntry> _entries;
    readonly SortedDictionary<string, StreamCheck> _streams = new(StringComparer.Ordinal);

    ArchiveReader(string path, FileStream file, string format)
    {
        (_path, _file) = (path, file);
        _zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        _entries = ArchiveEntries.Of(_zip, path, file.Length);
        Manifest = ReadManifest(format);
        CheckEntries();
        foreach (var stream in Manifest.Streams) _streams.Add(stream.Stream, CheckStream(stream));
        if (Ancestry.Fault(_streams, Rows) is { } fault) throw Refused(ArchiveEntries.OfStream(fault.Stream), fault.Problem);
        CheckFamily();
        CheckArtefacts();
        if (!ArchiveSeal.Holds(file))
            throw Refused(null, "the file has not the bytes that were written: the SHA-256 at its end is another, or is missing");
    }

    /// <summary>What is in it.</summary>
    public ArchiveManifest Manifest { get; }

    /// <summary>The streams by id.</summary>
    public IReadOnlyDictionary<string, StreamCheck> Streams => _streams;

    /// <summary>Opens and verifies an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">The format it must have.</param>
    /// <exception cref="ArchiveRefusedException">Something is wrong with it.</exception>
    public static ArchiveReader Open(string path, string format)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return new ArchiveReader(path, file, format);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            var problem = failure is InvalidDataException or EndOfStreamException
                ? "it is no zip, or was cut off or damaged"
                : "it cannot be read";
            throw new ArchiveRefusedException(path, null, $"{problem} ({failure.Message.TrimEnd('.')})");
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a stream.</summary>
    public IEnumerable<JournalRow> Rows(string stream)
    {
        using var content = OpenEntry(ArchiveEntries.OfStream(stream));
        foreach (var row in ArchivedEvents.Read(new BufferedStream(content))) yield return row;
    }

    /// <summary>The bytes of an artefact.</summary>
    public Stream OpenArtefact(ContentHash hash) => OpenEntry(ArchiveEntries.OfArtefact(hash));

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    MeasuredStream OpenEntry(string name)
    {
        try { return new MeasuredStream(_entries[name].Open(), _entries[name].Length); }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"the zip is damaged there ({damaged.Message.TrimEnd('.')})", damaged);
        }
    }

    ArchiveManifest ReadManifest(string format)
    {
        const string name = ArchiveEntries.Manifest;
        if (!_entries.TryGetValue(name, out var entry)) throw Refused(name, "it is missing");
        if (entry.Length > LargestManifest)
            throw Refused(name, $"it has {Counted.Of(entry.Length, "byte")}; at most {LargestManifest} are allowed");
        using var bytes = new MemoryStream();
        Guard(name, () =>
        {
            using var content = OpenEntry(name);
            content.CopyTo(bytes);
        });
        try
        {
            var json = bytes.ToArray();
            using (var document = JsonDocument.Parse(json))
                if (!document.RootElement.TryGetProperty("format", out var said) || said.ToString() != format)
                {
                    var hint = said.ToString() is ArchiveManifest.BackupFormat or ArchiveManifest.RunFormat
                        ? "; a run is taken in by 'import', a backup by 'restore'"
                        : "";
                    throw Refused(name, $"the format is '{said}', expected '{format}'{hint}");
                }
            return ArchiveManifest.Parse(json);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException) { throw Refused(name, wrong.Message); }
    }

    /// <summary>Manifest and entries must name each other, with the same sizes.</summary>
    void CheckEntries()
    {
        var stated = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            [ArchiveEntries.Manifest] = _entries[ArchiveEntries.Manifest].Length,
        };
        foreach (var (name, bytes) in Manifest.Streams.Select(stream => (ArchiveEntries.OfStream(stream.Stream), stream.Bytes))
            .Concat(Manifest.Artefacts.Select(artefact => (ArchiveEntries.OfArtefact(artefact.Sha256), artefact.Bytes))))
        {
            if (!stated.TryAdd(name, bytes)) throw Refused(name, "the manifest names it twice");
            if (!_entries.TryGetValue(name, out var entry)) throw Refused(name, "it is missing");
            if (entry.Length != bytes) throw Refused(name, $"it has {Counted.Of(entry.Length, "byte")}, the manifest states {bytes}");
        }
        if (_entries.Keys.FirstOrDefault(name => !stated.ContainsKey(name)) is { } extra)
            throw Refused(extra, "the manifest does not name it");
    }

    StreamCheck CheckStream(ArchivedStream stated)
    {
        var check = new StreamCheck(stated.Stream);
        var name = ArchiveEntries.OfStream(stated.Stream);
        Guard(name, () =>
        {
            using var content = OpenEntry(name);
            foreach (var row in ArchivedEvents.Read(new BufferedStream(content))) check.Accept(row);
            if (content.Sha256 != stated.Sha256)
                throw new InvalidDataException($"its bytes have the SHA-256 {content.Sha256}, the manifest states {stated.Sha256}");
        });
        if (check.Head.ToString() != stated.Head || check.Head.Sequence != stated.Events || check.Head.Sequence == 0)
            throw Refused(name, $"it has {Counted.Of(check.Head.Sequence, "event")} and ends with {check.Head}, the manifest "
                + $"states {stated.Events} and {stated.Head}");
        return check;
    }

    /// <summary>Evaluations belong to a training, and in the archive of a run there is nobody but its ancestors.</summary>
    void CheckFamily()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var run = Manifest.Run; run is not null;)
        {
            if (!RunId.TryParse(run, out var id)) throw Refused(ArchiveEntries.Manifest, $"'{run}' is no run id");
            if (!_streams.TryGetValue(id.TrainingStream, out var training))
                throw Refused(ArchiveEntries.OfStream(id.TrainingStream), "it is missing");
            if (!known.Add(id.TrainingStream)) throw Refused(ArchiveEntries.OfStream(id.TrainingStream), "it descends from itself");
            known.Add(id.EvaluationStream);
            run = training.Parent?.Run;
        }
        if (Manifest.Format == ArchiveManifest.RunFormat && Manifest.Run is null) throw Refused(ArchiveEntries.Manifest, "it names no run");
        foreach (var stream in _streams.Keys)
        {
            if (Manifest.Format == ArchiveManifest.RunFormat && !known.Contains(stream))
                throw Refused(
                    ArchiveEntries.OfStream(stream), $"it belongs neither to run {Manifest.Run} nor to a run that it descends from");
            if (RunId.TryOfEvaluationStream(stream, out var owner) && !_streams.ContainsKey(owner.TrainingStream))
                throw Refused(ArchiveEntries.OfStream(stream), $"the training stream of run {owner} is missing");
        }
    }

    void CheckArtefacts()
    {
        var there = Manifest.Artefacts.Select(artefact => artefact.Sha256).ToHashSet();
        foreach (var check in _streams.Values)
            if (check.Artefacts.Required.FirstOrDefault(hash => !there.Contains(hash)) is var missing && missing != default)
                throw Refused(ArchiveEntries.OfArtefact(missing),
                    $"it is missing, and event {check.Artefacts.Named[missing]} of {check.Stream} names it");
        foreach (var hash in there)
        {
            var name = ArchiveEntries.OfArtefact(hash);
            if (!_streams.Values.Any(check => check.Artefacts.Named.ContainsKey(hash))) throw Refused(name, "no event names it");
            Guard(name, () =>
            {
                using var content = OpenEntry(name);
                content.CopyTo(Stream.Null);
                if (content.Sha256 != hash) throw new InvalidDataException($"its bytes have the SHA-256 {content.Sha256}");
            });
        }
    }

    /// <summary>Whatever reading an entry throws is said of that entry.</summary>
    void Guard(string entry, Action read)
    {
        try { read(); }
        catch (BrokenChainException broken) { throw Refused(entry, $"event {broken.Sequence}: {broken.Detail}"); }
        catch (UnreadableEventException damaged)
        {
            throw Refused(
                entry, $"event {damaged.Sequence}, {damaged.Manifest}, cannot be read: {damaged.InnerException!.Message.TrimEnd('.')}");
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or UnknownEventException)
        {
            throw Refused(entry, damaged.Message.TrimEnd('.'));
        }
    }

    ArchiveRefusedException Refused(string? entry, string problem) => new(_path, entry, problem);
}
