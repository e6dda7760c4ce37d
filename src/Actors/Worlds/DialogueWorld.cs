using System.Globalization;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Real human preferences between whole dialogues, in the format of hh-rlhf. Nobody knows the true utility.</summary>
/// <remarks>Prompts are split by their text: demonstrations and training comparisons, RL, and evaluation with the held-out comparisons share none.</remarks>
public sealed class DialogueWorld : IWorld
{
    const int FewestPrompts = 3;   // one for each set
    readonly Recipe _recipe;
    readonly PolicyMaterial _policy;
    readonly PreferenceDataset _dataset;
    readonly TruncatedDialogues _training, _rl, _evaluation;
    readonly IReadOnlyList<WorldPrompt> _trainingPrompts, _rlPrompts, _evaluationPrompts;

    /// <param name="recipe">A valid recipe of this world.</param>
    /// <param name="policy">The pretrained model.</param>
    /// <param name="data">The preferences.</param>
    /// <exception cref="DatasetException">The data cannot be used at all.</exception>
    /// <exception cref="RecipeException">Prompt and completion together are longer than the model's context, or a set of prompts is empty.</exception>
    public DialogueWorld(Recipe recipe, PolicyMaterial policy, WorldSource data)
    {
        (_recipe, _policy, Sources) = (recipe, policy, [data]);
        if (RecipeRules.Positions(recipe, Shape.MaxPositions) is { } broken)
            throw RecipeException.Of(recipe, broken.Keys[0], RecipeKeys.ByName[broken.Keys[0]].Value(recipe)!, broken.Expected);

        using (var content = new MemoryStream(data.Content())) _dataset = HhRlhf.Read(data.Path, content);
        var split = PromptSplit.Split(_dataset.Dialogues, new SplitShares(recipe.Data.TrainingShare, recipe.Data.RlShare, 1 - recipe.Data.TrainingShare - recipe.Data.RlShare), recipe.Seed);
        (_training, _rl, _evaluation) = (Truncate(split.Training), Truncate(split.Rl), Truncate(split.Evaluation));
        (_trainingPrompts, _rlPrompts, _evaluationPrompts) = (Prompts(_training), Prompts(_rl), Prompts(_evaluation));
        ThrowIfEmpty("training", "data.trainingShare", recipe.Data.TrainingShare, split.Training, _training);
        ThrowIfEmpty("RL", "data.rlShare", recipe.Data.RlShare, split.Rl, _rl);
        ThrowIfEmpty("evaluation", "data.rlShare", recipe.Data.RlShare, split.Evaluation, _evaluation);

        void ThrowIfEmpty(string set, string shareKey, double share, IReadOnlyList<PreferenceDialogue> given, TruncatedDialogues kept)
        {
            if (kept.Dialogues.Count > 0) return;
            var count = _dataset.Dialogues.Count;
            var dialogues = $"{(count == 1 ? "dialogue has" : $"{count} dialogues have")} "
                + (DistinctPrompts == 1 ? "one distinct prompt" : $"{DistinctPrompts} distinct prompts");
            if (DistinctPrompts < FewestPrompts)
                throw RecipeException.Of(recipe, "data.path", data.Path,
                    $"a file with enough prompts: its {dialogues}, and training, RL and evaluation share none; give one with hundreds of prompts");
            if (given.Count > 0)
                throw RecipeException.Of(recipe, "data.maxPromptTokens", $"{recipe.Data.MaxPromptTokens}",
                    $"long enough: data.truncation 'skip' left out {Touched(part => part.DialoguesSkipped)} of {count} dialogues, "
                    + $"and all {given.Count} that were for {set}, whose shortest prompt has {given.Min(dialogue => Tokenizer.EncodePrompt(dialogue.Prompt).Length)} tokens; "
                    + "raise it, or choose data.truncation 'keep-last'");
            throw RecipeException.Of(recipe, shareKey, share.ToString("R", CultureInfo.InvariantCulture),
                $"a share that leaves a prompt for {set}: the file's {dialogues}, and data.trainingShare and data.rlShare gave dialogues "
                + $"to training {split.Training.Count}, to RL {split.Rl.Count}, to evaluation {split.Evaluation.Count}; change the shares, or give more prompts");
        }
    }

    /// <inheritdoc/>
    public string Name => "hh-rlhf";
    /// <inheritdoc/>
    public ITokenizer Tokenizer => _policy.Tokenizer;
    /// <inheritdoc/>
    public IReadOnlyList<IEvaluator> Evaluators { get; } = [BuiltInEvaluators.ById["length"]];
    /// <inheritdoc/>
    public string? GoldEvaluator => null;
    /// <inheritdoc/>
    public IReadOnlyList<WorldSource> Sources { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNumber> Facts =>
    [
        new("dialogues", _dataset.Dialogues.Count), new("problems", _dataset.Problems.Count),
        new("trainingPrompts", _trainingPrompts.Count), new("rlPrompts", _rlPrompts.Count), new("evaluationPrompts", _evaluationPrompts.Count),
        new("promptsShortened", Touched(part => part.PromptsShortened)), new("dialoguesSkipped", Touched(part => part.DialoguesSkipped)), new("completionsCut", Touched(part => part.CompletionsCut)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
    [
        .. _dataset.Problems.Take(20).Select(problem => problem.ToString()),
        $"{_dataset.Dialogues.Count} dialogues with {DistinctPrompts} distinct prompts read, {_dataset.Problems.Count} lines left out",
        $"data.truncation {RecipeNames.Of(_recipe.Data.Truncation)}: {Touched(part => part.PromptsShortened)} prompts cut to {_recipe.Data.MaxPromptTokens} tokens, {Touched(part => part.DialoguesSkipped)} dialogues skipped; "
            + $"{Touched(part => part.CompletionsCut)} completions cut to {_recipe.Sampling.MaxTokens} tokens",
    ];

    /// <inheritdoc/>
    public LlamaConfig Shape => _policy.Shape;

    /// <inheritdoc/>
    public ModelWeights InitialPolicy() => _policy.Weights();

    /// <inheritdoc/>
    public IReadOnlyList<TokenSequence> Demonstrations(int step)
    {
        var (batch, all) = (_recipe.Pretrain.Batch, _training.Dialogues);
        var orders = new Dictionary<long, int[]>();   // a batch touches one epoch or two, and an order is as long as the data
        int[] Order(long epoch) => orders.TryGetValue(epoch, out var order) ? order : orders[epoch] = new PhiloxStream(_recipe.Seed, Purpose.SftOrder, (uint)epoch).Permutation(all.Count);
        return [.. Enumerable.Range(0, batch).Select(row =>
        {
            var (epoch, place) = Math.DivRem((long)step * batch + row, all.Count);
            var dialogue = all[Order(epoch)[place]];
            return TokenSequence.Of(dialogue.PromptIds, dialogue.ChosenIds);
        })];
    }

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> RolloutPrompts(int step, int count) => Draw(_rlPrompts, count, Purpose.RolloutPrompts, step);

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> HeldoutPrompts(int count) => [.. _evaluationPrompts.Take(count)];

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> CalibrationPrompts() => Draw(_trainingPrompts, _recipe.Reward.CalibrationSamples, Purpose.CalibrationPrompts, 0);

    /// <inheritdoc/>
    public IReadOnlyList<SampleRequest> ComparisonRequests(bool heldout) => [];

    /// <inheritdoc/>
    public LabelledComparisons Label(bool heldout, IReadOnlyList<Completion> completions)
    {
        var part = (heldout ? _evaluation : _training).Dialogues.Take(heldout ? _recipe.Preferences.Heldout : _recipe.Preferences.Pairs);
        return new LabelledComparisons("human:hh-rlhf", [.. part.Select(dialogue => new LabelledComparison(
            Prompt(dialogue), dialogue.Source.Chosen, dialogue.Source.Rejected,
            new Comparison(TokenSequence.Of(dialogue.PromptIds, dialogue.ChosenIds), TokenSequence.Of(dialogue.PromptIds, dialogue.RejectedIds)), null))], 0);
    }

    int DistinctPrompts => _dataset.Dialogues.DistinctBy(dialogue => dialogue.Prompt).Count();

    TruncatedDialogues Truncate(IReadOnlyList<PreferenceDialogue> dialogues) =>
        PromptTruncation.Apply(dialogues, Tokenizer, _recipe.Data.Truncation, _recipe.Data.MaxPromptTokens, _recipe.Sampling.MaxTokens);

    WorldPrompt[] Draw(IReadOnlyList<WorldPrompt> prompts, int count, Purpose purpose, int step) => [.. Enumerable.Range(0, count).Select(i =>
        new PhiloxStream(_recipe.Seed, purpose, (uint)step, (uint)i).Pick(prompts))];

    int Touched(Func<TruncatedDialogues, int> count) => count(_training) + count(_rl) + count(_evaluation);

    static WorldPrompt[] Prompts(TruncatedDialogues part) => [.. part.Dialogues.Select(Prompt).DistinctBy(prompt => prompt.Text)];

    static WorldPrompt Prompt(TokenizedDialogue dialogue) => new(dialogue.Source.Id, dialogue.Source.Prompt, dialogue.PromptIds, new Dictionary<string, string>());
}
