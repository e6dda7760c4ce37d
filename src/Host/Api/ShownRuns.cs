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
/// Any number of threads may use it; those who ask for one run wait for each other. An artefact that was there once and that somebody took
/// away without the log is not noticed.
/// </remarks>
sealed class ShownRuns(Store store)
{
    readonly RunReader _reader = new(store);
    readonly ConcurrentDictionary<RunId, Entry> _known = [];

    /// <summary>The run as its log has it now.</summary>
    /// <param name="name">As <see cref="RunReader.Open"/> takes it.</param>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    /// <exception cref="RunDeletedException">There was one of that id.</exception>
    /// <exception cref="BrokenChainException">An event is missing.</exception>
    public (RunId Run, RunDetails Details) Of(string name)
    {
        // Whether one that was read is still there is found by reading on.
        if (!RunId.TryParse(name, out var run) || !_known.ContainsKey(run)) run = _reader.Choose(name);
        var entry = _known.GetOrAdd(run, _ => new Entry());
        lock (entry)
        {
            if (entry.Seen is { } seen && seen.Tally.TryUpdate())
            {
                if (seen.Tally.Events == seen.Events) return (run, seen.Details);
                if (seen.Record.TryReadOn() is { } grown) return (run, entry.See(grown, seen.Tally));
            }
            entry.Seen = null;
            while (true)
            {
                var record = _reader.Read(run);       // says so where the run is gone
                var tally = new RunTally(record);
                // What came meanwhile is in the tally, which is what tells the next one who asks whether there is more.
                if (tally.TryUpdate() && record.TryReadOn() is { } current) return (run, entry.See(current, tally));
            }
        }
    }

    /// <summary>The run is deleted.</summary>
    public void Forget(RunId run) => _known.TryRemove(run, out _);

    sealed class Entry
    {
        /// <summary>What was read, and what is shown of that; null before.</summary>
        public (RunRecord Record, RunTally Tally, long Events, RunDetails Details)? Seen { get; set; }

        public RunDetails See(RunRecord record, RunTally tally)
        {
            var details = RunDetails.Of(record, tally);
            Seen = (record, tally, tally.Events, details);
            return details;
        }
    }
}
