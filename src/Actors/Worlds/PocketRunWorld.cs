using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Worlds;

/// <summary>
/// Pocket as a run uses it: everything is drawn from the seed, and
/// comparisons are sampled from the SFT policy and labelled by the annotator.
/// </summary>
public sealed class PocketRunWorld : IWorld
{
    readonly Recipe _recipe;
    readonly PolicyMaterial _policy;

    /// <param name="recipe">A valid recipe of this world.</param>
    /// <param name="policy">The policy before SFT; null to draw it from the seed.</param>
    /// <exception cref="RecipeException">The policy has no room for a prompt and a token behind it.</exception>
    public PocketRunWorld(Recipe recipe, PolicyMaterial? policy)
    {
        (_recipe, _policy) = (recipe, policy ?? Drawn(recipe));
        if (policy is null) return;
        var longest = PocketWorld.Prompts.Max(prompt => Tokenizer.EncodePrompt(prompt.Text).Length);
        if (longest >= Shape.MaxPositions) throw Unfit($"prompts; the longest has {Counted.Of(longest, "token")} of this model");
    }

    /// <inheritdoc/>
    public string Name => "pocket";
    /// <inheritdoc/>
    public ITokenizer Tokenizer => _policy.Tokenizer;
    /// <inheritdoc/>
    public IReadOnlyList<IEvaluator> Evaluators => BuiltInEvaluators.OfPocket;
    /// <inheritdoc/>
    public string? GoldEvaluator => BuiltInEvaluators.PocketGold;
    /// <inheritdoc/>
    public IReadOnlyList<NamedNumber> Facts => [new("prompts", PocketWorld.Prompts.Count), new("vocabulary", Tokenizer.VocabularySize)];
    /// <inheritdoc/>
    public IReadOnlyList<WorldSource> Sources => [];
    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [];

    /// <inheritdoc/>
    public LlamaConfig Shape => _policy.Shape;

    /// <inheritdoc/>
    public ModelWeights InitialPolicy() => _policy.Weights();

    /// <inheritdoc/>
    public IReadOnlyList<TokenSequence> Demonstrations(int step) => [.. Enumerable.Range(0, _recipe.Pretrain.Batch).Select(row =>
    {
        var draws = Purpose.Demonstrations.Draws(_recipe.Seed, (uint)step, (uint)row);
        var prompt = PocketWorld.DrawPrompt(PromptSet.Training, draws);
        return Sequence(Tokenizer.EncodePrompt(prompt.Text), PocketWorld.DrawDemonstration(prompt, draws));
    })];

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> RolloutPrompts(int step, int count) => Draw(PromptSet.Rl, count, Purpose.RolloutPrompts, step);

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> HeldoutPrompts(int count) => Draw(PromptSet.Heldout, count, Purpose.EvaluationPrompts);

    /// <inheritdoc/>
    public IReadOnlyList<WorldPrompt> CalibrationPrompts() =>
        Draw(PromptSet.Training, _recipe.Reward.CalibrationSamples, Purpose.CalibrationPrompts);

    /// <inheritdoc/>
    public IReadOnlyList<SampleRequest> ComparisonRequests(bool heldout) => [.. Compared(heldout).SelectMany(pair =>
    {
        var ids = Tokenizer.EncodePrompt(pair.Prompt.Text);
        return new[] { new SampleRequest(ids, 0, pair.Number), new SampleRequest(ids, 1, pair.Number) };
    })];

    /// <inheritdoc/>
    public LabelledComparisons Label(bool heldout, IReadOnlyList<Completion> completions)
    {
        var bias = _recipe.Annotator.Bias;
        var annotator = new PocketAnnotator(_recipe.Annotator.Noise, bias.Length, bias.Courtesy, bias.Caution);
        var (items, ties) = (new List<LabelledComparison>(), 0);
        foreach (var (number, compared) in Compared(heldout))
        {
            var (a, b) = (completions[2 * items.Count], completions[2 * items.Count + 1]);
            var (textA, textB) = (Tokenizer.Decode(a.TokenIds), Tokenizer.Decode(b.TokenIds));
            var label = annotator.Compare(compared, textA, a.StopReason is StopReason.Eos, textB, b.StopReason is StopReason.Eos,
                Purpose.Annotator.Draws(_recipe.Seed, 0, number));
            ties += label.UtilityA == label.UtilityB ? 1 : 0;
            var prompt = Prompt(compared);
            var (tokensA, tokensB) = (TokenSequence.Of(prompt.TokenIds, a.TokenIds), TokenSequence.Of(prompt.TokenIds, b.TokenIds));
            items.Add(label.PrefersA
                ? new LabelledComparison(prompt, textA, textB, new Comparison(tokensA, tokensB), label.Flipped)
                : new LabelledComparison(prompt, textB, textA, new Comparison(tokensB, tokensA), label.Flipped));
        }
        return new LabelledComparisons("annotator:pocket", items, ties);
    }

    /// <summary>
    /// The prompts of comparisons. Held-out ones follow the training ones in their numbers, so that no draw is used twice.
    /// </summary>
    IEnumerable<(uint Number, PocketPrompt Prompt)> Compared(bool heldout)
    {
        var (first, count) = heldout ? (_recipe.Preferences.Pairs, _recipe.Preferences.Heldout) : (0, _recipe.Preferences.Pairs);
        var set = heldout ? PromptSet.Heldout : PromptSet.Training;
        return Enumerable.Range(first, count).Select(pair =>
            ((uint)pair, PocketWorld.DrawPrompt(set, Purpose.PreferencePrompts.Draws(_recipe.Seed, 0, (uint)pair))));
    }

    static PolicyMaterial Drawn(Recipe recipe)
    {
        var tokenizer = new WordTokenizer(PocketWorld.Vocabulary);
        var shape = new LlamaConfig
        {
            HiddenSize = recipe.Policy.HiddenSize,
            IntermediateSize = recipe.Policy.IntermediateSize,
            Layers = recipe.Policy.Layers,
            Heads = recipe.Policy.Heads,
            KeyValueHeads = recipe.Policy.KeyValueHeads,
            VocabularySize = tokenizer.VocabularySize,
            MaxPositions = PocketWorld.MaxPromptTokens + recipe.Sampling.MaxTokens,
            BosTokenId = tokenizer.BosTokenId,
            EosTokenId = tokenizer.EosTokenId,
        };
        return new PolicyMaterial(shape, tokenizer, () => WeightInitialisation.LanguageModel(shape, recipe.Seed));
    }

    WorldPrompt[] Draw(PromptSet set, int count, Purpose purpose, int step = 0) => [.. Enumerable.Range(0, count).Select(i =>
        Prompt(PocketWorld.DrawPrompt(set, purpose.Draws(_recipe.Seed, (uint)step, (uint)i))))];

    WorldPrompt Prompt(PocketPrompt prompt) => new(prompt.Id, prompt.Text, Tokenizer.EncodePrompt(prompt.Text),
        new Dictionary<string, string> { ["family"] = prompt.Family.ToString().ToLowerInvariant() });

    TokenSequence Sequence(int[] promptIds, string completion)
    {
        int[] ids = [.. Tokenizer.EncodeCompletion(completion), Tokenizer.EosTokenId];
        return promptIds.Length + ids.Length <= Shape.MaxPositions
            ? TokenSequence.Of(promptIds, ids)
            : throw Unfit($"demonstrations; one has {Counted.Of(promptIds.Length + ids.Length, "token")} of this model with its prompt. "
                + "pretrain.steps 0 needs none");
    }

    RecipeException Unfit(string what) => RecipeException.Of(_recipe, "policy.path", _recipe.Policy.Path ?? "",
        $"a model whose {Counted.Of(Shape.MaxPositions, "position")} hold Pocket's {what}");
}
