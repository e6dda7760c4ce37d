using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Statistics.Comparisons;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using Measured = ActorRlhf.Evaluation.Statistics.Measured;

namespace ActorRlhf.Host.Reproduction;

/// <summary>Held-out prompts that a run never asked: whether a series truly fell, or only on the prompts by which it was noticed.</summary>
/// <param name="run">A run whose checkpoints are kept; one that is missing is made again from the one before it.</param>
/// <param name="count">Prompts.</param>
/// <param name="ct">Gives up.</param>
sealed class FreshPrompts(RunRecord run, int count, CancellationToken ct)
{
    const int AtOnce = 500;

    readonly Dictionary<int, EvaluationItem[]> _items = [];

    /// <summary>The fall of a series in the mean between two steps, as a share of its range, with an interval over prompts.</summary>
    /// <param name="series">One with a direction and a range.</param>
    /// <param name="lengthBudget">Tokens, for the length budget's series.</param>
    /// <param name="earlier">The earlier step.</param>
    /// <param name="later">The later one.</param>
    public async Task<Measured> FallAsync(ScoreSeries series, int? lengthBudget, int earlier, int later)
    {
        var (before, after) = (await ScoresAsync(earlier).ConfigureAwait(false), await ScoresAsync(later).ConfigureAwait(false));
        int[] both = [.. Enumerable.Range(0, count).Where(i => before[i] is not null && after[i] is not null)];
        return PairedChange.Of([.. both.Select(i => after[i]!.Value)], [.. both.Select(i => before[i]!.Value)]);

        async Task<double?[]> ScoresAsync(int step)
        {
            var items = await ItemsAsync(step).ConfigureAwait(false);
            if (series.Evaluator is not { } id) return [.. items.Select(item => (double?)(item.TokenCount <= lengthBudget ? 1 : 0))];
            return [.. BuiltInEvaluators.ById[id].Score(items).Select(result =>
                (result as ScoredItem)?.Scores.GetValueOrDefault(series.Metric.Name)?.Value is { } value
                    ? series.Metric.Range!.Goodness(value, series.Metric.Direction)
                    : (double?)null)];
        }
    }

    async Task<EvaluationItem[]> ItemsAsync(int step)
    {
        if (_items.TryGetValue(step, out var known)) return known;
        var (weights, tokenizer) = await RunModel.LoadAsync(run, step, acceptBuild: false, ct).ConfigureAwait(false);
        var (recipe, asked) = (run.Recipe, run.Recipe.Evaluation.Prompts);
        WorldPrompt[] prompts = [.. StoredWorld.Of(run).HeldoutPrompts(asked + count).Skip(asked)];
        using var workers = new ComputeWorkers(recipe.Compute.Threads);
        using var sampler = EngineChoice.Sampler(recipe.Compute, workers);
        sampler.Load(weights);
        var options = RolloutSampling.Options(recipe, tokenizer, Purpose.EvaluationSampling);
        var completions = prompts.Index().Chunk(AtOnce).SelectMany(some => sampler.Generate(
            [.. some.Select(one => new SampleRequest(one.Item.TokenIds, 0, (uint)(asked + one.Index)))], options)).ToArray();
        return _items[step] =
        [
            .. RolloutRow.Of(prompts, completions, tokenizer).Select(
                (row, i) => new EvaluationItem(Figures.Of(i), row.Prompt, row.Completion)
                {
                    PromptId = row.PromptId,
                    Slices = row.Slices,
                    StopReason = row.StopReason,
                    TokenCount = row.TokenIds.Length,
                }),
        ];
    }
}
