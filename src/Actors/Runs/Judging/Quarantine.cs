using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Judging;

/// <summary>
/// Which versions of evaluators are asked no more, because they failed again
/// and again; a fold of the evaluation stream. A new version is asked.
/// </summary>
sealed class Quarantine
{
    /// <summary>Failures in a row.</summary>
    const int Failures = 3;

    readonly Dictionary<(string Evaluator, string Version), int> _failuresInARow = [];

    /// <summary>Why an evaluator is not asked; null if it is.</summary>
    public string? Of(EvaluatorDescription evaluator) =>
        _failuresInARow.GetValueOrDefault((evaluator.Id, evaluator.Version)) >= Failures
            ? "in quarantine: it failed at the last three evaluations"
            : null;

    /// <summary>Takes in an event of the evaluation stream.</summary>
    public void Add(IEvent fact)
    {
        switch (fact)
        {
            case EvaluationCompleted completed:
                _failuresInARow.Remove((completed.Evaluator, completed.Version));
                break;
            case EvaluationFailed failed:
                var version = (failed.Evaluator, failed.Version);
                _failuresInARow[version] = _failuresInARow.GetValueOrDefault(version) + 1;
                break;
        }
    }
}
