using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>
/// Which versions of evaluators a run asks no more, because they failed again and again; a fold of its evaluation stream. A new version
/// is asked, and so is one that a person released.
/// </summary>
public sealed class Quarantine
{
    /// <summary>Failures in a row.</summary>
    const int Failures = 3;

    readonly SortedDictionary<(string Evaluator, string Version), int> _failuresInARow = [];

    /// <summary>Those that are not asked, in order of their ids.</summary>
    public IEnumerable<(string Evaluator, string Version)> All =>
        _failuresInARow.Where(one => one.Value >= Failures).Select(one => one.Key);

    /// <summary>Whether a version is not asked.</summary>
    public bool Has(string evaluator, string version) => _failuresInARow.GetValueOrDefault((evaluator, version)) >= Failures;

    /// <summary>Why an evaluator is not asked; null if it is.</summary>
    internal string? Of(EvaluatorDescription evaluator) => Has(evaluator.Id, evaluator.Version)
        ? $"in quarantine: it failed at the last {Failures} evaluations; 'evaluators release' ends that, or a new version"
        : null;

    /// <summary>Takes in an event of the evaluation stream.</summary>
    public void Add(IEvent fact)
    {
        switch (fact)
        {
            case EvaluationCompleted completed:
                _failuresInARow.Remove((completed.Evaluator, completed.Version));
                break;
            case EvaluatorReleased released:
                _failuresInARow.Remove((released.Evaluator, released.Version));
                break;
            case EvaluationFailed failed:
                var version = (failed.Evaluator, failed.Version);
                _failuresInARow[version] = _failuresInARow.GetValueOrDefault(version) + 1;
                break;
        }
    }
}
