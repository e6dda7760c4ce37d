using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>Finds the first place where a stream's chain does not hold, and tells from the hashes what was done there.</summary>
/// <remarks>
/// The sequence number is covered by the hash, so an event that was moved still tells where it was written. Whoever writes a whole
/// tail anew, hashes and all, is found only by a head that was seen before.
/// </remarks>
sealed class ChainAudit(JournalReader reader, string stream, StreamHead? known)
{
    // How many removed events are still recognised as such when the events after them were numbered anew.
    const int MaximalShift = 1000;

    StreamHead _linked;

    /// <summary>How many events the walk found whole and linked to the one before.</summary>
    internal long Linked => _linked.Sequence;

    internal ChainFault? FirstFault(ContentHash origin)
    {
        _linked = new StreamHead(0, origin);
        try { return Walk(); }
        catch (StoreException unreadable) when (unreadable.IsDamage)
        {
            return Fault(_linked.Sequence + 1, ChainFaultKind.Altered, $"the database cannot read it: {unreadable.Problem}");
        }
    }

    ChainFault? Walk()
    {
        if (reader.FirstSequence(stream) is < 1 and var first)
            return Fault(first, ChainFaultKind.Inserted, "a stream begins with sequence 1");
        foreach (var row in reader.Rows(stream, 0))
        {
            var sequence = _linked.Sequence + 1;
            if (row.Sequence > sequence)
                return Fault(sequence, ChainFaultKind.Missing, $"the next event there has sequence {row.Sequence}");
            if (row.Sequence < sequence) return Fault(row.Sequence, ChainFaultKind.Inserted, "two events have this sequence number");
            var stored = row.TryParse();
            if (stored is null || !Belongs(stored, sequence)) return ExplainMismatch(sequence, stored);
            if (stored.PreviousHash != _linked.Hash) return ExplainLink(sequence, stored);
            _linked = new StreamHead(sequence, stored.Hash);
            if (known is { } seen && seen.Sequence == sequence && seen.Hash != _linked.Hash)
                return Fault(sequence, ChainFaultKind.Altered,
                    $"its hash is {_linked.Hash}, the known head says {seen.Hash}: it, or something before it, was written anew");
        }
        return known is { } expected && expected.Sequence > _linked.Sequence
            ? Fault(_linked.Sequence + 1, ChainFaultKind.Truncated, $"the stream ends here, the known head is {expected}")
            : null;
    }

    /// <summary>The bytes at a place do not give the hash that is stored with them.</summary>
    ChainFault ExplainMismatch(long sequence, StoredEvent? stored)
    {
        var altered = Fault(sequence, ChainFaultKind.Altered, "its bytes do not give its hash");
        var next = At(sequence + 1);
        var nextInPlace = next is not null && Belongs(next, sequence + 1);
        if (nextInPlace && (stored is null || next!.PreviousHash == stored.Hash)) return altered;

        var last = reader.LastSequence(stream);
        var place = stored is null ? null : PlaceOf(stored, sequence);
        var moved = Fault(sequence, ChainFaultKind.Reordered, $"the event here was written as {place}");
        if (nextInPlace) return place is { } from && At(from)?.Hash != stored!.Hash ? moved : altered;

        // How far the last event lies from where it was written tells whether events were put in or taken out on the way.
        var shift = At(last) is { } end ? last - PlaceOf(end, last) : null;
        return shift switch
        {
            null => altered,
            0 => place is null ? altered : moved,
            < 0 => Fault(sequence, ChainFaultKind.Missing, $"the event here was written as {place}"),
            _ when place > sequence && At(place.Value + shift.Value)?.Hash != stored!.Hash => moved,
            _ when place < sequence && At(place.Value)?.Hash != stored!.Hash =>
                Fault(place.Value, ChainFaultKind.Inserted, $"what was written here has sequence {sequence} now"),
            _ => Fault(sequence, ChainFaultKind.Inserted, $"the events after it were moved by {shift}"),
        };
    }

    /// <summary>An event is whole in itself but names another event before it.</summary>
    ChainFault ExplainLink(long sequence, StoredEvent stored)
    {
        // If its successor knows it, or there is none, the one before it was replaced by an event with a hash of its own.
        var replacedBefore = sequence > 1 && (At(sequence + 1) is not { } next || next.PreviousHash == stored.Hash);
        return replacedBefore
            ? Fault(sequence - 1, ChainFaultKind.Altered, $"its hash is not the {stored.PreviousHash} that the next event names")
            : Fault(sequence, ChainFaultKind.Altered, $"it names {stored.PreviousHash} as the event before, which has another hash");
    }

    /// <summary>The sequence number under which an event was written; null when its bytes were changed.</summary>
    long? PlaceOf(StoredEvent stored, long near)
    {
        // Not the last sequence number: one flipped bit makes it so large that the search would not end.
        var farthest = reader.Count(stream) + MaximalShift;
        for (long distance = 0; distance <= farthest; distance++)
        {
            if (Belongs(stored, near - distance)) return near - distance;
            if (Belongs(stored, near + distance)) return near + distance;
        }
        return null;
    }

    bool Belongs(StoredEvent stored, long sequence) => EventChain.Hash(stream, sequence, stored) == stored.Hash;

    StoredEvent? At(long sequence) => reader.Row(stream, sequence)?.TryParse();

    ChainFault Fault(long sequence, ChainFaultKind kind, string detail) => new(stream, sequence, kind, detail);
}
