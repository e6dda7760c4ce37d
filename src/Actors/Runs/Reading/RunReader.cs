using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Storage;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>There is no run of that name in the data directory.</summary>
/// <param name="run">What was asked for.</param>
/// <param name="directory">Where.</param>
public sealed class RunNotFoundException(string run, string directory) : Exception($"there is no run '{run}' in {directory}; the command 'runs' lists them")
{
    /// <summary>What was asked for.</summary>
    public string Run { get; } = run;
}

/// <summary>Reads the runs of a data directory from their events, without an actor system and without a lock, also while they go on.</summary>
/// <param name="data">The directory.</param>
public sealed class RunReader(DataDirectory data)
{
    readonly JournalReader _journal = new(JournalSettings.Sqlite(data.JournalFile), RunHosting.Catalogue);

    /// <summary>The runs, in order of their ids.</summary>
    public IReadOnlyList<RunId> Runs() => [.. _journal.Streams().Select(stream => RunId.TryOfTrainingStream(stream, out var run) ? run : (RunId?)null).OfType<RunId>()];

    /// <summary>A run by its id, or by the beginning of it where that is unique; <c>latest</c> is the one that began last.</summary>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    public RunRecord Open(string name) => Read(Choose(name));

    /// <summary>Which run a name means, as for <see cref="Open"/>. One that is damaged is found, too, even if its evaluations are all that is left of it.</summary>
    /// <exception cref="RunNotFoundException">There is none, or there are several.</exception>
    public RunId Find(string name) => RunId.TryParse(name, out var run) && _journal.Streams().Contains(run.EvaluationStream) ? run : Choose(name);

    RunId Choose(string name)
    {
        var runs = Runs();
        if (name == "latest" && runs.Count > 0) return runs.MaxBy(run => _journal.Read(run.TrainingStream).First().Envelope.Time);
        var exact = runs.Where(run => run.Value == name).ToArray();
        var found = exact.Length == 1 ? exact : [.. runs.Where(run => run.Value.StartsWith(name, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : throw new RunNotFoundException(name, data.Path);
    }

    /// <summary>A run as its events tell it now.</summary>
    public RunRecord Read(RunId run) => new(run, _journal, data.Artefacts);
}
