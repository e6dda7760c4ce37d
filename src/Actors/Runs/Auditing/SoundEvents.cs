using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>The events of a stream up to where its chain breaks.</summary>
sealed class SoundEvents
{
    readonly JournalReader _journal;
    readonly string _stream;

    /// <param name="journal">Where the stream is.</param>
    /// <param name="stream">Stream id.</param>
    /// <param name="origin">What the first event is linked to.</param>
    /// <param name="limit">The last sequence number that matters.</param>
    public SoundEvents(JournalReader journal, string stream, ContentHash origin = default, long limit = long.MaxValue)
    {
        (_journal, _stream) = (journal, stream);
        // Asked before, since a writer may add to the stream meanwhile.
        var last = LastSequence();
        var chain = new ChainAudit(journal, stream, known: null);
        var fault = chain.FirstFault(origin);
        // Only what the walk itself has seen: whatever is written after it is not verified.
        Count = fault is null ? chain.Linked : fault.Sequence - 1;
        // A damaged index ends a stream early.
        if (fault is null && Count < last)
            fault = new ChainFault(
                stream, Count + 1, ChainFaultKind.Missing, $"the database does not give it, although it knows of sequence {last}");
        if (fault?.Sequence <= limit) Broken = AuditFinding.Of(fault);
        Count = Math.Min(limit, Count);
    }

    /// <summary>Where the chain breaks; null if it holds.</summary>
    public AuditFinding? Broken { get; }

    /// <summary>How many events are linked to the beginning.</summary>
    public long Count { get; }

    /// <summary>These events, read anew at each call.</summary>
    public IEnumerable<ReadEvent> Read() => _journal.Read(_stream).Take((int)Math.Min(int.MaxValue, Count));

    long LastSequence()
    {
        try { return _journal.LastSequence(_stream); }
        catch (StoreException) { return 0; }             // the check of the chain names the place
    }

    /// <summary>These events up to the first that is not one this build can read, which the walk over all of them reports.</summary>
    public IEnumerable<ReadEvent> Readable() => Read().TakeWhile(read => read.TryDecode() is not null);
}
