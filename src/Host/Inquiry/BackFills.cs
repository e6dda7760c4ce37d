using System.Security.Cryptography;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Lets evaluators judge what the logs have: what was asked for is written down, and gone on with until it has ended.</summary>
/// <param name="store">Where the runs are; opened for writing.</param>
/// <param name="evaluators">Those that can be asked.</param>
/// <param name="runs">The runs of this process.</param>
sealed class BackFills(Store store, InjectedEvaluators evaluators, Lazy<RunSystem> runs)
{
    /// <summary>Writes down what is wanted.</summary>
    /// <param name="evaluator">Id of an evaluator that was brought, or of one of the catalogue.</param>
    /// <param name="of">The runs, by their ids.</param>
    /// <param name="steps">Only these.</param>
    /// <param name="set">As in <see cref="BackFillAsked"/>.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <exception cref="EvaluatorUnknownException">There is no such evaluator.</exception>
    public BackFillAsked Ask(string evaluator, IEnumerable<string> of, StepRange steps, string set, string by)
    {
        var found = Describe(evaluator, null) ?? throw new EvaluatorUnknownException(evaluator);
        var asked = new BackFillAsked(
            $"back-fill-{RandomNumberGenerator.GetHexString(12, lowercase: true)}", found.Id, found.Version, [.. of],
            steps.First, steps.Last == StepRange.All.Last ? null : steps.Last, set);
        evaluators.Registry.Ask(asked, by);
        return asked;
    }

    /// <summary>Writes down what is wanted of one run, if its log has such rollouts.</summary>
    /// <param name="evaluator">As above.</param>
    /// <param name="run">Whose rollouts.</param>
    /// <param name="steps">Only these.</param>
    /// <param name="set">As in <see cref="BackFillAsked"/>.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <exception cref="EvaluatorUnknownException">There is no such evaluator.</exception>
    /// <exception cref="StepNotLoggedException">The run has not come so far.</exception>
    /// <exception cref="QueryException">It has no such set.</exception>
    public BackFillAsked Ask(string evaluator, RunRecord run, StepRange steps, string set, string by)
    {
        if (steps.First > run.State.Step) throw new StepNotLoggedException(run.Id, steps.First, run.State);
        if (set is not (BackFillAsked.Heldout or BackFillAsked.Train or BackFillAsked.All))
        {
            var sets = run.Evaluations().Select(read => read.Event).OfType<RolloutCollected>().Select(one => one.Set).OfType<string>()
                .Distinct().ToArray();
            if (!sets.Contains(set))
                throw new QueryException("set", set,
                    $"{BackFillAsked.Heldout}, {BackFillAsked.Train}, {BackFillAsked.All} or a held-out set of run {run.Id}, which has "
                    + (sets is [] ? "none yet" : string.Join(", ", sets)));
        }
        return Ask(evaluator, [run.Id.Value], steps, set, by);
    }

    /// <summary>Does what was asked for, from where it was left.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="progress">Hears the share that is done.</param>
    /// <param name="ct">Leaves it open.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; it is still open.</exception>
    public async Task<BackFillEnded> RunAsync(BackFillAsked asked, Action<double> progress, CancellationToken ct)
    {
        var ended = Describe(asked.Evaluator, asked.Version) is { } evaluator
            ? await new BackFill(store, runs.Value.EvaluationsAsync).RunAsync(asked, evaluator, progress, ct).ConfigureAwait(false)
            : new BackFillEnded(asked.Id, 0, 0, $"{asked.Evaluator} {asked.Version} was removed meanwhile, or replaced");
        evaluators.Registry.End(ended);
        return ended;
    }

    /// <summary>Writes down that something is not wanted any more.</summary>
    public void GiveUp(BackFillAsked asked, string why) => evaluators.Registry.End(new BackFillEnded(asked.Id, 0, 0, why));

    EvaluatorDescription? Describe(string id, string? version)
    {
        var found = evaluators.Registry.Find(id)?.Evaluator.Description
            ?? (BuiltInEvaluators.Find(id) is { } known ? BuiltInJudge.Describe(known.With(new Dictionary<string, string>())) : null);
        return version is null || found?.Version == version ? found : null;
    }
}
