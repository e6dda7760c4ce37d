using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Evaluation.Catalogue;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>The evaluators that people brought to a data directory: a stream of its journal, and what it comes to.</summary>
/// <remarks>
/// Any number of threads may use one. What another process writes is not seen: a directory has one writer, and readers make a registry of
/// their own.
/// </remarks>
/// <param name="store">The directory; opened for writing by whoever injects or removes.</param>
/// <param name="time">Clock of what is written.</param>
public sealed class EvaluatorRegistry(Store store, TimeProvider time)
{
    /// <summary>Id of the stream.</summary>
    public const string Stream = "evaluators";

    readonly Lock _entry = new();
    readonly List<BackFillAsked> _open = [];
    List<RegisteredEvaluator>? _all;                  // every version that was ever brought, the newest last; null before it is read

    /// <summary>Every version of every evaluator, in the order in which they were brought, removed ones too.</summary>
    /// <exception cref="BrokenChainException">An event is missing or altered.</exception>
    public IReadOnlyList<RegisteredEvaluator> All()
    {
        lock (_entry) return [.. Read()];
    }

    /// <summary>The version of an evaluator that is asked; null if there is none.</summary>
    public RegisteredEvaluator? Find(string id)
    {
        lock (_entry) return Read().FindLast(one => one.Facts.Evaluator == id && one.Removed is null);
    }

    /// <summary>The evaluators that a run asks beside those of its world, in order of their ids.</summary>
    public IReadOnlyList<RegisteredEvaluator> AskedBy(RunId run)
    {
        lock (_entry) return [.. Read().Where(one => one.IsAskedBy(run)).OrderBy(one => one.Facts.Evaluator, StringComparer.Ordinal)];
    }

    /// <summary>Brings an evaluator, durably. The same once more changes nothing but who asks it.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="isolation">What it is kept apart by.</param>
    /// <param name="runs">The runs that ask it; empty for all.</param>
    /// <param name="by">The person or token that brings it.</param>
    /// <exception cref="EvaluatorRefusedException">
    /// It has the id of a built-in one, or that version was brought before and was made of something else.
    /// </exception>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written; nothing was brought.</exception>
    public RegisteredEvaluator Inject(InjectedEvaluator evaluator, string isolation, IReadOnlyCollection<RunId> runs, string by)
    {
        var facts = EvaluatorInjected.Of(evaluator, isolation, runs.Select(run => run.Value));
        lock (_entry)
        {
            if (BuiltInEvaluators.Find(facts.Evaluator) is not null)
                throw new EvaluatorRefusedException(facts.Evaluator, "an evaluator of the catalogue has this id: give another with --id");
            if (Read().Find(one => one.Facts.Evaluator == facts.Evaluator && one.Facts.Version == facts.Version
                    && one.Facts.Hash != facts.Hash) is { } other)
                throw new EvaluatorRefusedException(facts.Evaluator,
                    $"version {facts.Version} was brought before with the hash {other.Facts.Hash}, and this one has {facts.Hash}: "
                    + "what an evaluator says depends on what it is made of, so give what was changed another version");
            Append(facts, by);
            return Read()[^1];
        }
    }

    /// <summary>Removes an evaluator, durably: it is asked no more, and what it said stays.</summary>
    /// <returns>What was removed; null where there is none of that id.</returns>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written; it is asked still.</exception>
    public RegisteredEvaluator? Remove(string id, string by)
    {
        lock (_entry)
        {
            if (Find(id) is not { } found) return null;
            Append(new EvaluatorRemoved(id, found.Facts.Version), by);
            return found;
        }
    }

    /// <summary>The back-fills that have not ended, oldest first.</summary>
    public IReadOnlyList<BackFillAsked> Open()
    {
        lock (_entry)
        {
            Read();
            return [.. _open];
        }
    }

    /// <summary>Writes down that rollouts are to be judged, durably.</summary>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written.</exception>
    public void Ask(BackFillAsked asked, string by)
    {
        lock (_entry) Append(asked, by);
    }

    /// <summary>Writes down that this is over, durably.</summary>
    /// <exception cref="Log.Disk.DataDirectoryUnusableException">The journal cannot be written.</exception>
    public void End(BackFillEnded ended)
    {
        lock (_entry) Append(ended, null);
    }

    void Append(Log.Events.IEvent fact, string? by)
    {
        using (var transaction = store.Begin(time))   // makes the tables where there are none
        {
            var last = store.Journal.Last(Stream);
            var head = last is null ? default : new StreamHead(last.Sequence, last.Hash);
            transaction.Append(Stream, head, fact, (last?.Envelope.WriterEpoch ?? 0) + 1, by);
            transaction.Commit();
        }
        _all = null;
    }

    List<RegisteredEvaluator> Read()
    {
        if (_all is not null) return _all;
        var all = new List<RegisteredEvaluator>();
        _open.Clear();
        foreach (var read in store.IsNew ? [] : store.Journal.Read(Stream))
            switch (read.Event)
            {
                case EvaluatorInjected injected:
                    Retire(all, injected.Evaluator, read.Envelope.Time);
                    all.Add(new RegisteredEvaluator(injected, read.Envelope.Time, read.Envelope.Who, null));
                    break;
                case EvaluatorRemoved removed:
                    Retire(all, removed.Evaluator, read.Envelope.Time);
                    break;
                case BackFillAsked asked:
                    _open.Add(asked);
                    break;
                case BackFillEnded ended:
                    _open.RemoveAll(one => one.Id == ended.Id);
                    break;
                default: throw new BrokenChainException(Stream, read.Sequence, $"{read.Manifest} does not belong in this stream");
            }
        return _all = all;
    }

    static void Retire(List<RegisteredEvaluator> all, string id, DateTimeOffset at)
    {
        var asked = all.FindIndex(one => one.Facts.Evaluator == id && one.Removed is null);
        if (asked >= 0) all[asked] = all[asked] with { Removed = at };
    }
}
