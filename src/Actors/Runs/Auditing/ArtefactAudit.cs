using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Hashes the files that events name, each once.</summary>
sealed class ArtefactAudit(ArtefactStore store, JournalReader journal)
{
    static readonly string s_removal = EventCatalogue.Known.ManifestOf(new ArtefactRemoved(default, ""));
    readonly HashSet<ContentHash> _sound = [];
    readonly Dictionary<(string Stream, ContentHash Hash), long> _removed = [];

    /// <summary>Files that were hashed and are what their names say.</summary>
    public int Count => _sound.Count;

    /// <summary>
    /// A checkpoint's file that is not there although no event says that it was removed; it may be that this event was lost.
    /// </summary>
    public AuditFinding? Lost { get; private set; }

    /// <summary>
    /// Takes note of what a stream says was removed, before its events are checked;
    /// also behind the point where a child left it, or where its chain breaks.
    /// </summary>
    public void Note(string stream)
    {
        try
        {
            foreach (var row in journal.Rows(stream, 0))
                if (row.Manifest == s_removal && row.TryParse() is { } stored
                    && new ReadEvent(EventCatalogue.Known, stream, row.Sequence, stored).TryDecode() is ArtefactRemoved removed)
                    _removed[(stream, removed.Hash)] = row.Sequence;
        }
        catch (StoreException) { }                       // the check of the chain names the place
    }

    /// <summary>What is wrong with the files of an event; null if nothing is.</summary>
    public AuditFinding? Check(ReadEvent read)
    {
        foreach (var hash in NamedArtefacts.In(read.Event))
        {
            if (_sound.Contains(hash)) continue;
            try
            {
                store.Read(hash);
                _sound.Add(hash);
            }
            catch (ArtefactMissingException) when (WasRemovedAfter(read, hash)) { } // retention, as the log says
            catch (ArtefactMissingException gone) when (read.Event is CheckpointSaved or SftCheckpointed) { Lost ??= Finding(read, gone); }
            catch (Exception bad) when (bad is ArtefactMissingException or ArtefactDamagedException) { return Finding(read, bad); }
        }
        return null;
    }

    /// <summary>Whether the log says so now: a run that goes on may have removed the file since its stream was looked at.</summary>
    bool WasRemovedAfter(ReadEvent read, ContentHash hash)
    {
        bool Is() => _removed.GetValueOrDefault((read.Stream, hash)) > read.Sequence;
        if (!Is()) Note(read.Stream);
        return Is();
    }

    static AuditFinding Finding(ReadEvent read, Exception bad) => AuditFinding.At(read, AuditFindingKind.Artefact, bad.Message);
}
