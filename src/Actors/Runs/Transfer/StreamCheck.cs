using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Transfer;

/// <summary>
/// Follows a stream row by row and accepts only what a host could go on with: whole
/// chain, every envelope and event readable, a training stream with a sound state.
/// </summary>
sealed class StreamCheck(string stream)
{
    readonly bool _training = RunId.TryOfTrainingStream(stream, out _);
    RunState _state = RunState.Empty;

    /// <summary>Stream id.</summary>
    public string Stream => stream;
    /// <summary>The last row that was accepted.</summary>
    public StreamHead Head { get; private set; }
    /// <summary>What the rows name.</summary>
    public ArtefactLedger Artefacts { get; } = new();
    /// <summary>Where a fork left its parent; null for everything else.</summary>
    public ForkPoint? Parent => _state.Parent;

    /// <summary>Accepts the next row.</summary>
    /// <exception cref="BrokenChainException">It does not follow, or a training stream cannot go on with it.</exception>
    /// <exception cref="UnreadableEventException">It is no stored event, or its envelope or payload is damaged.</exception>
    /// <exception cref="UnknownEventException">This build does not know the event.</exception>
    public void Accept(JournalRow row)
    {
        StoredEvent stored;
        try
        {
            stored = row.Parse();
            EventEnvelope.Parse(stored.Envelope);
        }
        catch (MessagePackSerializationException damaged)
        {
            throw new UnreadableEventException(stream, row.Sequence, row.Manifest, damaged);
        }
        var fact = EventCatalogue.Known.Decode(stream, row.Sequence, stored.Manifest, stored.Payload);
        var before = Head.Sequence == 0 ? new StreamHead(0, (fact as IFirstEvent)?.ChainOrigin() ?? default) : Head;
        Head = EventChain.Follow(stream, before, row.Sequence, stored);
        try
        {
            Artefacts.Add(fact, row.Sequence);
            if (_training) Train(fact);
        }
        catch (Exception nil) when (nil is NullReferenceException or ArgumentNullException)
        {
            // MessagePack reads nil into whatever can be null.
            throw new UnreadableEventException(
                stream, row.Sequence, row.Manifest, new MessagePackSerializationException("a field that must have a value is nil"));
        }
    }

    void Train(IEvent fact)
    {
        var begins = Head.Sequence == 1 || fact is RunStarted && Head.Sequence == 2 && _state.IsWaiting;
        if (fact is IFirstEvent != begins)
            throw Foreign("a training stream begins with run.started, before which run.queued may be, and has no other; "
                + $"here is {fact.GetType().Name}");
        try
        {
            _state = Run.Evolve(_state, fact);
            if (fact is IFirstEvent first) RecipeReader.Parse(first.Recipe, stream, checkPaths: false);
        }
        catch (ArgumentOutOfRangeException) { throw Foreign($"{fact.GetType().Name} is no event of a training stream"); }
        catch (RecipeException wrong) { throw Foreign($"its recipe is not valid: {wrong.Problems[0]}"); }
    }

    BrokenChainException Foreign(string what) => new(stream, Head.Sequence, what);
}
