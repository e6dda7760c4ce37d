using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What a version of an evaluator was shown of a run: who looked at what.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Live">Held-out rollouts that it judged while the run went on.</param>
/// <param name="Later">Held-out rollouts that it judged from the log.</param>
/// <param name="Training">Rollouts of training steps that it judged from the log.</param>
/// <param name="Failed">Held-out rollouts that it could not judge while the run went on.</param>
public sealed record EvaluatorUse(string Evaluator, string Version, int Live, int Later, int Training, int Failed)
{
    /// <summary>With what an event says of it.</summary>
    /// <param name="fact">An <see cref="EvaluationCompleted"/> or <see cref="EvaluationFailed"/>; any other says nothing.</param>
    public EvaluatorUse With(IEvent fact) => fact switch
    {
        EvaluationCompleted { Live: true } => this with { Live = Live + 1 },
        EvaluationCompleted { Set: null } => this with { Training = Training + 1 },
        EvaluationCompleted => this with { Later = Later + 1 },
        EvaluationFailed => this with { Failed = Failed + 1 },
        _ => this,
    };

    /// <summary>Which version of which evaluator an event is of; null for another event.</summary>
    public static (string Evaluator, string Version)? Of(IEvent fact) => fact switch
    {
        EvaluationCompleted completed => (completed.Evaluator, completed.Version),
        EvaluationFailed failed => (failed.Evaluator, failed.Version),
        _ => null,
    };
}
