using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Api;

/// <summary>
/// The metrics of the runs that somebody asked for lately. The first question reads the run's log from its beginning; those after it
/// what was added since.
/// </summary>
/// <remarks>Any number of threads may use it; those who ask for one run wait for each other.</remarks>
sealed class MetricTables(Store store)
{
    const long MostCells = 32L << 20;                 // 256 MB; a run of a million events has some twelve million

    readonly RunReader _reader = new(store);
    readonly LinkedList<(RunId Run, Lazy<Entry> Entry)> _lately = [];

    /// <summary>Asks a run's table as it is now.</summary>
    /// <param name="name">As <see cref="RunReader.Open"/> takes it.</param>
    /// <param name="question">Asked while nobody else changes the table.</param>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    /// <exception cref="RunDeletedException">There was one of that id.</exception>
    public T Ask<T>(string name, Func<MetricTable, T> question)
    {
        // Whether one that was read is still there is found by reading on.
        if (!RunId.TryParse(name, out var run) || !IsKnown(run)) run = _reader.Choose(name);
        var entry = Find(run).Value;
        lock (entry)
        {
            // A new one says so where the run is gone.
            while (!entry.Table.TryUpdate()) entry.Table = new MetricTable(store, run);
            return question(entry.Table);
        }
    }

    bool IsKnown(RunId run)
    {
        lock (_lately) return _lately.Any(one => one.Run == run);
    }

    /// <summary>
    /// The run's entry, which is from now on the one that was asked for last; those that find no room any more are forgotten.
    /// </summary>
    Lazy<Entry> Find(RunId run)
    {
        lock (_lately)
        {
            var known = _lately.FirstOrDefault(one => one.Run == run);
            if (known.Entry is not null) _lately.Remove(known);
            else known = (run, new Lazy<Entry>(() => new Entry(new MetricTable(store, run)), LazyThreadSafetyMode.PublicationOnly));
            _lately.AddFirst(known);
            while (_lately.Count > 1 && _lately.Sum(one => one.Entry.IsValueCreated ? one.Entry.Value.Table.Cells : 0) > MostCells)
                _lately.RemoveLast();
            return known.Entry;
        }
    }

    sealed class Entry(MetricTable table)
    {
        public MetricTable Table { get; set; } = table;
    }
}
