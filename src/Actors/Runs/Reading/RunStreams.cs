using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>The two event streams of a run, read anew at each call and nothing before that.</summary>
public sealed class RunStreams
{
    readonly JournalReader _journal;

    internal RunStreams(RunId run, JournalReader journal) => (Run, _journal) = (run, journal);

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>The training stream from its beginning.</summary>
    public IEnumerable<ReadEvent> Training() => _journal.Read(Run.TrainingStream);

    /// <summary>The evaluation stream from its beginning.</summary>
    public IEnumerable<ReadEvent> Evaluations() => _journal.Read(Run.EvaluationStream);
}
