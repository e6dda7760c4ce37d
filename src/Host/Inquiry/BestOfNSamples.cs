using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Samples of a run's SFT policy on held-out prompts, with their proxy and gold scores.</summary>
/// <param name="Proxy">For each prompt its samples' aggregated scores.</param>
/// <param name="Gold">For each prompt its samples' true utility; null where nobody knows it.</param>
sealed record BestOfNSamples(IReadOnlyList<double[]> Proxy, IReadOnlyList<double[]>? Gold)
{
    const int PromptsBetweenNews = 16;

    /// <summary>Draws and scores. A function of the run and the two numbers; writes nothing.</summary>
    /// <param name="run">Its SFT policy samples, its reward models score.</param>
    /// <param name="prompts">How many held-out prompts; fewer if the run's world has fewer.</param>
    /// <param name="samples">Of each prompt.</param>
    /// <param name="say">Hears how far it is.</param>
    /// <exception cref="RunNotReadyException">The run has no reward models yet.</exception>
    /// <exception cref="ArtefactMissingException">An artefact is not there.</exception>
    /// <exception cref="ArtefactDamagedException">An artefact has other bytes.</exception>
    public static BestOfNSamples Draw(RunRecord run, int prompts, int samples, Action<string> say)
    {
        var (recipe, state) = (run.Recipe, run.State);
        if (state.Stage(StageNames.Sft) is not { } sft || state.Stage(StageNames.RewardModels) is null)
            throw new RunNotReadyException(run.Id, StageNames.RewardModels, state.Stages.LastOrDefault()?.Stage, state.IsTerminal);
        var world = StoredWorld.Of(run);
        WorldPrompt[] heldout = [.. world.HeldoutPrompts(Math.Min(prompts, run.Recipe.Evaluation.Prompts))];
        if (heldout.Length < prompts)
            say($"the run has {Counted.Of(heldout.Length, "held-out prompt")} (evaluation.prompts), not {prompts}");

        ModelWeights Weights(ContentHash hash, HeadKind head) =>
            run.Artefacts.Read(hash, path => ModelWeightsFile.FromFile(path, world.Shape, head, hash.ToString()));
        using var workers = new ComputeWorkers(recipe.Compute.Threads);
        var rows = new List<RolloutRow>();
        using (ISampler sampler = EngineChoice.Sampler(recipe.Compute, workers))
        {
            sampler.Load(Weights(sft.Artefacts[0].Hash, HeadKind.LanguageModel));
            var options = RolloutSampling.Options(recipe, world.Tokenizer, Purpose.BestOfN);
            foreach (var (index, prompt) in heldout.Index())
            {
                var completions = sampler.Generate(
                    [.. Enumerable.Range(0, samples).Select(i => new SampleRequest(prompt.TokenIds, (uint)index, (uint)i))],
                    options);
                rows.AddRange(RolloutRow.Of([.. Enumerable.Repeat(prompt, samples)], completions, world.Tokenizer));
                if ((index + 1) % PromptsBetweenNews == 0) say($"sampled {index + 1} of {Counted.Of(heldout.Length, "prompt")}");
            }
        }
        using var scorer = new CpuScorer(workers);
        var members = state.RewardModels.Select(model =>
        {
            say($"scoring {Counted.Of(rows.Count, "completion")} with reward model {model.Member + 1} of {state.RewardModels.Length}");
            scorer.Load(Weights(model.Weights, HeadKind.Scalar));
            return scorer.Scores([.. rows.Select(row => row.Sequence())]);
        }).ToArray();
        return new BestOfNSamples(PerPrompt(RewardMeasurement.Of(recipe.Reward, members).Result, samples), GoldOf(world, rows, samples));
    }

    static double[][]? GoldOf(IWorld world, IReadOnlyList<RolloutRow> rows, int samples)
    {
        if (world.GoldEvaluator is not { } id) return null;
        var evaluator = world.Evaluators.Single(one => one.Id == id);
        var results = evaluator.Score([.. rows.Select((row, i) => new EvaluationItem(Figures.Of(i), row.Prompt, row.Completion)
        {
            PromptId = row.PromptId,
            Sample = i % samples,
            Slices = row.Slices,
            StopReason = row.StopReason,
            TokenCount = row.TokenIds.Length,
        })]);
        return PerPrompt([.. results.Select(result => result switch
        {
            ScoredItem { Scores: var scores } when scores[evaluator.Metrics[0].Name].Value is { } value => value,
            FailedItem failed => throw new InvalidOperationException($"evaluator {id} cannot score item {failed.ItemId}: {failed.Error}"),
            _ => throw new InvalidOperationException($"evaluator {id} gives item {result.ItemId} no value"),
        })], samples);
    }

    static double[][] PerPrompt(double[] values, int samples) => [.. values.Chunk(samples)];
}
