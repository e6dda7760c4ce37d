using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>
/// What is shown of the runs that somebody asked for. It takes their whole logs, so it is read again only where one has grown.
/// </summary>
/// <remarks>
/// Any number of threads may use it; those who ask for one run wait for each other. An artefact that somebody took away without the log is
/// noticed when the log grows.
/// </remarks>
sealed class ShownRuns(Store store)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, Entry> _known = [];

    /// <summary>The run as its log has it now.</summary>
    /// <exception cref="BrokenChainException">An event is missing.</exception>
    public RunDetails Of(RunId run)
    {
        var entry = _known.GetOrAdd(run, _ => new Entry());
        lock (entry)
        {
            var heads = (store.Journal.Head(run.TrainingStream), store.Journal.Head(run.EvaluationStream));
            if (entry.Details is null || entry.Heads != heads) (entry.Heads, entry.Details) = (heads, RunDetails.Read(_reader.Read(run)));
            return entry.Details;
        }
    }

    /// <summary>The run is deleted.</summary>
    public void Forget(RunId run) => _known.TryRemove(run, out _);

    sealed class Entry
    {
        public (StreamHead Training, StreamHead Evaluations) Heads { get; set; }
        public RunDetails? Details { get; set; }
    }
}
