using System.Globalization;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What an evaluator says of ten completions of a run, before anybody brings it.</summary>
static class EvaluatorTrial
{
    const int Completions = 10;

    /// <summary>Tries one on the newest rollout of a run, the held-out one where there is one.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="evaluators">Starts it.</param>
    /// <param name="wanted">The evaluator.</param>
    /// <param name="name">The run.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="EvaluatorRefusedException">It cannot be brought or is late, or the run has no completions yet.</exception>
    public static async Task<EvaluatorTrialLine> OfAsync(
        Store store, InjectedEvaluators evaluators, WantedEvaluator wanted, string name, CancellationToken ct)
    {
        var run = new RunReader(store).Open(name);
        var rollout = LoggedRollout.Of(run, (_, _) => true).LastOrDefault()
            ?? throw new EvaluatorRefusedException(wanted.Id ?? wanted.Source.Target, $"run {run.Id} has no completions yet to try it on");
        var evaluator = await evaluators.DiscoverAsync(wanted, ct).ConfigureAwait(false);
        var (id, version, hash, needs, _) = evaluator.Description;
        var items = rollout.ItemsFor(needs, run.Artefacts).Take(Completions).ToArray();
        try
        {
            var results = await evaluators.TryAsync(evaluator, items, ct).ConfigureAwait(false);
            return new EvaluatorTrialLine(
                id, version, hash.ToString(), run.Id.Value, rollout.Step, rollout.Set, [.. items.Zip(results, Line)]);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new EvaluatorRefusedException(id, string.Create(CultureInfo.InvariantCulture,
                $"no answer for {items.Length} completions within {evaluator.Limits.Deadline.TotalSeconds} s"));
        }
    }

    static EvaluatorTrialLine.Item Line(EvaluationItem item, ItemResult result) => new(
        item.Prompt, item.Completion, (result as ScoredItem)?.Scores, (result as FailedItem)?.Error);
}
