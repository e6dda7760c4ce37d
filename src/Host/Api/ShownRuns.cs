using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>
/// What is shown of the runs that somebody asked for. Their logs are read once, and then what was added to them.
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
            var sequences = (store.Journal.LastSequence(run.TrainingStream), store.Journal.LastSequence(run.EvaluationStream));
            if (entry.Details is not null && entry.Sequences == sequences) return entry.Details;
            // Where reading on fails, it is read anew next time.
            var (record, tally) = (entry.Record?.TryReadOn(), entry.Tally);
            entry.Record = null;
            if (record is null || tally?.TryUpdate() is not true)
            {
                record = _reader.Read(run);
                tally = new RunTally(record);
                tally.TryUpdate();
            }
            (entry.Sequences, entry.Record, entry.Tally, entry.Details) = (sequences, record, tally, RunDetails.Of(record, tally));
            return entry.Details;
        }
    }

    /// <summary>The run is deleted.</summary>
    public void Forget(RunId run) => _known.TryRemove(run, out _);

    sealed class Entry
    {
        public (long Training, long Evaluations) Sequences { get; set; }
        public RunRecord? Record { get; set; }
        public RunTally? Tally { get; set; }
        public RunDetails? Details { get; set; }
    }
}
