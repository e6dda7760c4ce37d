using System.Globalization;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Real human preferences between whole dialogues, in the format of hh-rlhf. Nobody knows the true utility.</summary>
/// <remarks>
/// Prompts are split by their text: demonstrations and training comparisons, RL, and evaluation with the held-out comparisons share none.
/// </remarks>
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
    /// <exception cref="RecipeException">
    /// Prompt and completion together are longer than the model's context, or a set of prompts is empty.
    /// </exception>
    public DialogueWorld(Recipe recipe, PolicyMaterial policy, WorldSource data)
    {
        (_recipe, _policy, Sources) = (recipe, policy, [data]);
        if (RecipeRules.Positions(recipe, Shape.MaxPositions) is { } broken)
            throw RecipeException.Of(recipe, broken.Keys[0], RecipeKeys.ByName[broken.Keys[0]].Value(recipe)!, broken.Expected);

        _dataset = Read(data);
        var split = Split(recipe, data.Path, _dataset);
        (_training, _rl, _evaluation) = (Truncate(split.Training), Truncate(split.Rl), Truncate(split.Evaluation));
        (_trainingPrompts, _rlPrompts, _evaluationPrompts) = (Prompts(_training), Prompts(_rl), Prompts(_evaluation));
        ThrowIfNoneIsKept("training", split.Training, _training);
        ThrowIfNoneIsKept("RL", split.Rl, _rl);
        ThrowIfNoneIsKept("evaluation", split.Evaluation, _evaluation);

        void ThrowIfNoneIsKept(string set, IReadOnlyList<PreferenceDialogue> given, TruncatedDialogues kept)
        {
            if (kept.Dialogues.Count > 0) return;
            throw RecipeException.Of(recipe, "data.maxPromptTokens", $"{recipe.Data.MaxPromptTokens}",
                $"long enough: data.truncation 'skip' left out {Touched(part => part.DialoguesSkipped)} "
                + $"of {Counted.Of(_dataset.Dialogues.Count, "dialogue")}, and "
                + $"all {given.Count} that were for {set}, whose shortest prompt has "
                + $"{Counted.Of(given.Min(dialogue => Tokenizer.EncodePrompt(dialogue.Prompt).Length), "token")}; "
                + "raise it, or choose data.truncation 'keep-last'");
        }
    }

    /// <summary>Checks what can be known of the data without the model: that it can be read, and that each set gets a prompt.</summary>
    /// <exception cref="DatasetException">The data cannot be used at all.</exception>
    /// <exception cref="RecipeException">A set of prompts is empty.</exception>
    public static void CheckData(Recipe recipe, WorldSource data) => Split(recipe, data.Path, Read(data));

    static PreferenceDataset Read(WorldSource data)
    {
        using var content = new MemoryStream(data.Content());
        return HhRlhf.Read(data.Path, content);
    }

    static DatasetSplit Split(Recipe recipe, string path, PreferenceDataset dataset)
    {
        var (training, rl) = (recipe.Data.TrainingShare, recipe.Data.RlShare);
        var split = PromptSplit.Split(dataset.Dialogues, new SplitShares(training, rl, 1 - training - rl), recipe.Seed);
        ThrowIfEmpty("training", "data.trainingShare", training, split.Training);
        ThrowIfEmpty("RL", "data.rlShare", rl, split.Rl);
        ThrowIfEmpty("evaluation", "data.rlShare", rl, split.Evaluation);
        return split;

        void ThrowIfEmpty(string set, string shareKey, double share, IReadOnlyList<PreferenceDialogue> given)
        {
            if (given.Count > 0) return;
            var (dialogues, prompts) = (dataset.Dialogues.Count, DistinctPrompts(dataset));
            var has = $"{Counted.Of(dialogues, "dialogue has", "dialogues have")} {Counted.Of(prompts, "distinct prompt")}";
            if (prompts < FewestPrompts)
                throw RecipeException.Of(recipe, "data.path", path,
                    $"a file with enough prompts: its {has}, and training, RL and evaluation share none; "
                        + "give one with hundreds of prompts");
            throw RecipeException.Of(recipe, shareKey, share.ToString("R", CultureInfo.InvariantCulture),
                $"a share that leaves a prompt for {set}: the file's {has}, and data.trainingShare and data.rlShare gave dialogues "
                + $"to training {split.Training.Count}, to RL {split.Rl.Count}, to evaluation {split.Evaluation.Count}; "
                + "change the shares, or give more prompts");
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
        new("trainingPrompts", _trainingPrompts.Count),
        new("rlPrompts", _rlPrompts.Count),
        new("evaluationPrompts", _evaluationPrompts.Count),
        new("promptsShortened", Touched(part => part.PromptsShortened)),
        new("dialoguesSkipped", Touched(part => part.DialoguesSkipped)),
        new("completionsCut", Touched(part => part.CompletionsCut)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
    [
        .. _dataset.Problems.Take(20).Select(problem => problem.ToString()),
        $"{Counted.Of(_dataset.Dialogues.Count, "dialogue")} with {Counted.Of(DistinctPrompts(_dataset), "distinct prompt")} read, "
            + $"{Counted.Of(_dataset.Problems.Count, "line")} left out",
        $"data.truncation {RecipeNames.Of(_recipe.Data.Truncation)}: "
            + $"{Counted.Of(Touched(part => part.PromptsShortened), "prompt")} cut to {Counted.Of(_recipe.Data.MaxPromptTokens, "token")}, "
            + $"{Counted.Of(Touched(part => part.DialoguesSkipped), "dialogue")} skipped; "
            + $"{Counted.Of(Touched(part => part.CompletionsCut), "completion")} cut to {Counted.Of(_recipe.Sampling.MaxTokens, "token")}",
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
        int[] Order(long epoch) => orders.TryGetValue(epoch, out var order)
            ? order
            : orders[epoch] = Purpose.SftOrder.Draws(_recipe.Seed, (uint)epoch).Permutation(all.Count);
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
    public IReadOnlyList<WorldPrompt> CalibrationPrompts() =>
        Draw(_trainingPrompts, _recipe.Reward.CalibrationSamples, Purpose.CalibrationPrompts, 0);

    /// <inheritdoc/>
    public IReadOnlyList<SampleRequest> ComparisonRequests(bool heldout) => [];

    /// <inheritdoc/>
    public LabelledComparisons Label(bool heldout, IReadOnlyList<Completion> completions)
    {
        var part = (heldout ? _evaluation : _training).Dialogues.Take(heldout ? _recipe.Preferences.Heldout : _recipe.Preferences.Pairs);
        return new LabelledComparisons("human:hh-rlhf", [.. part.Select(dialogue => new LabelledComparison(
            Prompt(dialogue), dialogue.Source.Chosen, dialogue.Source.Rejected,
            new Comparison(
                TokenSequence.Of(dialogue.PromptIds, dialogue.ChosenIds), TokenSequence.Of(dialogue.PromptIds, dialogue.RejectedIds)),
            null))], 0);
    }

    static int DistinctPrompts(PreferenceDataset dataset) => dataset.Dialogues.DistinctBy(dialogue => dialogue.Prompt).Count();

    TruncatedDialogues Truncate(IReadOnlyList<PreferenceDialogue> dialogues) =>
        PromptTruncation.Apply(dialogues, Tokenizer, _recipe.Data.Truncation, _recipe.Data.MaxPromptTokens, _recipe.Sampling.MaxTokens);

    WorldPrompt[] Draw(IReadOnlyList<WorldPrompt> prompts, int count, Purpose purpose, int step) =>
        [.. Enumerable.Range(0, count).Select(i =>
            purpose.Draws(_recipe.Seed, (uint)step, (uint)i).Pick(prompts))];

    int Touched(Func<TruncatedDialogues, int> count) => count(_training) + count(_rl) + count(_evaluation);

    static WorldPrompt[] Prompts(TruncatedDialogues part) => [.. part.Dialogues.Select(Prompt).DistinctBy(prompt => prompt.Text)];

    static WorldPrompt Prompt(TokenizedDialogue dialogue) =>
        new(dialogue.Source.Id, dialogue.Source.Prompt, dialogue.PromptIds, new Dictionary<string, string>());
}
