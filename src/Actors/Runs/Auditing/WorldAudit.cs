using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Holds prompts, texts and labels of a log against the world that they are of.</summary>
/// <remarks>It is made once, of what the first stage stored. Each check answers with what differs, null if nothing does.</remarks>
sealed class WorldAudit
{
    static readonly IReadOnlyDictionary<string, string> s_noSlices = new Dictionary<string, string>();

    readonly StageCompleted _stage;
    readonly ArtefactStore _artefacts;
    readonly PolicyMaterial _policy;
    readonly SampledTexts _texts;
    readonly int _logic;
    readonly bool _sameReading;                       // by the build that wrote the log and by this one: of tokenizer and data
    readonly IWorld? _world;                          // null where it would not be the one that the log is of
    IReadOnlyList<WorldPrompt> _heldout = [];

    WorldAudit(StageCompleted stage, Recipe recipe, int logic, ArtefactStore artefacts, PolicyMaterial policy)
    {
        (_stage, _artefacts, _policy, _logic, _texts) = (stage, artefacts, policy, logic, new SampledTexts(policy, recipe.Sampling));
        _sameReading = SameReading(recipe, logic);
        // Which prompts a file of dialogues gives depends on how they are read; those of Pocket are drawn from the seed alone.
        if (_sameReading || recipe.World.Kind is WorldKind.Pocket) _world = StoredWorld.Of(stage, recipe, policy, artefacts);
    }

    /// <summary>The world of a finished first stage; null where none can be made, with what is wrong with it.</summary>
    /// <param name="stage">The stage's event.</param>
    /// <param name="recipe">The recipe in force.</param>
    /// <param name="logic">Version of the training logic of the run that wrote it.</param>
    /// <param name="artefacts">Where the files are.</param>
    public static (WorldAudit? World, string? Wrong) Of(StageCompleted stage, Recipe recipe, int logic, ArtefactStore artefacts)
    {
        var fewest = recipe.Data.Path is null ? 1 : 2;
        if (stage.Artefacts.Length < fewest)
            return (null, $"it names {Counted.Of(stage.Artefacts.Length, "artefact")}, expected at least {fewest}");
        try
        {
            var audit = new WorldAudit(stage, recipe, logic, artefacts, StoredWorld.PolicyOf(stage, recipe, artefacts));
            return (audit, audit._sameReading ? audit.Stage(recipe) : null);
        }
        catch (Exception unfit) when (IsUnfit(unfit))
        {
            var what = $"its artefacts are not what a run of this recipe begins with: {unfit.Message}";
            return (null, SameReading(recipe, logic) ? what : null);
        }
        catch (Exception gone) when (gone is ArtefactMissingException or ArtefactDamagedException)
        {
            return (null, null);                      // the event that says it was removed is the wrong one
        }
    }

    /// <summary>The same world as a fork of the run sees it.</summary>
    /// <param name="recipe">The fork's recipe.</param>
    /// <param name="logic">Version of the training logic of the fork.</param>
    public WorldAudit Under(Recipe recipe, int logic)
    {
        if (logic == _logic && SameReading(recipe, logic) == _sameReading) return this;
        try { return new WorldAudit(_stage, recipe, logic, _artefacts, _policy); }
        catch (Exception unfit) when (IsUnfit(unfit)) { return this; }
    }

    /// <summary>The prompts and completions of a step.</summary>
    public string? Training(int step, IReadOnlyList<RolloutRow> rows) => Rollout(rows, _world?.RolloutPrompts(step, rows.Count));

    /// <summary>The prompts and completions of an evaluation.</summary>
    /// <param name="set">Its set.</param>
    /// <param name="rows">The rollout.</param>
    /// <param name="prompts">How many the recipe in force asks for.</param>
    /// <param name="resumed">
    /// Whether another writer than the first wrote it; of earlier logic he
    /// may have been told to take more or fewer, and the log does not say so.
    /// </param>
    public string? Heldout(string set, IReadOnlyList<RolloutRow> rows, int prompts, bool resumed)
    {
        if (_world is null) return Rollout(rows, null);
        if (set != HeldoutStage.SetOf(_world.Name)) return $"set is {set}, the world's is {HeldoutStage.SetOf(_world.Name)}";
        var count = resumed && _logic < RunFacts.LogicOfTheToldRestart ? rows.Count : prompts;
        if (_heldout.Count != count) _heldout = _world.HeldoutPrompts(count);
        return rows.Count == _heldout.Count
            ? Rollout(rows, _heldout)
            : $"{Counted.Of(rows.Count, "completion")}, the recipe and its world have {Counted.Of(_heldout.Count, "prompt")}";
    }

    /// <summary>A set of comparisons: prompts, texts and labels.</summary>
    /// <param name="labelled">The event.</param>
    /// <param name="heldout">Which set.</param>
    /// <param name="rows">Its artefact.</param>
    public string? Comparisons(PreferenceLabelled labelled, bool heldout, IReadOnlyList<ComparisonRow> rows)
    {
        if (_world is null) return null;
        if (_world.ComparisonRequests(heldout).Count / 2 is var sampled && sampled > 0)
        {
            if (rows.Count != sampled) return $"{Counted.Of(rows.Count, "comparison")}, the recipe has {sampled}";
            if (rows.Select((row, i) => _texts.Difference(row, i)).FirstOrDefault(wrong => wrong is not null) is { } text) return text;
        }
        // Which of the two was sampled first is not kept. But for a tie the label is the same whichever it was, so one of the two orders
        // must give the line that is logged; which one it is of a tie, only sampling again can tell.
        var one = _world.Label(heldout, _texts.Completions(rows.SelectMany(row => new[] { row.ChosenIds, row.RejectedIds })));
        var other = _world.Label(heldout, _texts.Completions(rows.SelectMany(row => new[] { row.RejectedIds, row.ChosenIds })));
        if (rows.Count != one.Items.Count) return $"{Counted.Of(rows.Count, "comparison")}, the world has {one.Items.Count}";
        for (var i = 0; i < rows.Count; i++)
            if (Difference(rows[i], one.Items[i]) is { } difference && Difference(rows[i], other.Items[i]) is not null)
                return $"comparison {i}: {difference}";
        return EventDifference.First(labelled, PreferenceStage.Labelled(labelled.Set, one.Who, rows, one.Ties, labelled.Artefact));
    }

    /// <summary>What a stage says of itself, and what it would have stored, where that follows from the recipe.</summary>
    string? Stage(Recipe recipe)
    {
        if (recipe.Data.Path is { } path && _stage.Artefacts[^2].Name != Path.GetFileName(path))
            return $"its data is '{_stage.Artefacts[^2].Name}', the recipe names {path}";
        if (recipe.Policy.Path is null)
        {
            var drawn = new PocketRunWorld(recipe, policy: null);
            if (_policy.Shape != drawn.Shape) return $"its model is {_policy.Shape}, the recipe makes {drawn.Shape}";
            if (!SameTokens(_policy.Tokenizer, drawn.Tokenizer)) return "its tokenizer is not the one of the world";
            if (!SameWeights(_policy.Weights(), drawn.InitialPolicy())) return "its first weights are not those that the seed draws";
        }
        return EventDifference.First(_stage, _stage with { Metrics = [.. _world!.Facts] });
    }

    /// <summary>Whether weights are those drawn again; in runs of earlier logic but for rounding, which was the C library's.</summary>
    bool SameWeights(ModelWeights stored, ModelWeights drawn) => _logic >= RunFacts.LogicOfOurOwnKernels
        ? ModelWeightsFile.Sha256(stored) == ModelWeightsFile.Sha256(drawn)
        : stored.Data.Length == drawn.Data.Length
            && stored.Data.Zip(drawn.Data, (one, other) => MathF.Abs(one - other) <= 1e-6f * MathF.Abs(other)).All(isSame => isSame);

    string? Rollout(IReadOnlyList<RolloutRow> rows, IReadOnlyList<WorldPrompt>? drawn)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (drawn is not null && Prompt(row.PromptId, row.Prompt, row.PromptIds, row.Slices, drawn[i]) is { } prompt)
                return $"sample {i}: {prompt}";
            if (_texts.Difference(row, i) is { } text) return text;
        }
        return null;
    }

    string? Prompt(string id, string text, int[] ids, IReadOnlyDictionary<string, string> slices, WorldPrompt drawn)
    {
        if (id != drawn.Id) return $"the prompt is '{SampledTexts.Short(id)}', the world and the seed give '{drawn.Id}'";
        if (text != drawn.Text)
            return $"prompt '{id}' is '{SampledTexts.Short(text)}', in the world it is '{SampledTexts.Short(drawn.Text)}'";
        // Which ids another reading gave is not known.
        if (_sameReading && !ids.AsSpan().SequenceEqual(drawn.TokenIds))
            return $"the token ids of prompt '{id}' are not those of its text";
        return slices.Count == drawn.Slices.Count && drawn.Slices.All(slice => slices.GetValueOrDefault(slice.Key) == slice.Value)
            ? null
            : $"its slices are {string.Join(", ", slices)}, those of prompt '{id}' are {string.Join(", ", drawn.Slices)}";
    }

    string? Difference(ComparisonRow logged, LabelledComparison labelled)
    {
        var again = PreferenceStage.RowOf(labelled);
        var drawn = labelled.Prompt with { Slices = s_noSlices };
        if (Prompt(logged.PromptId, logged.Prompt, logged.PromptIds, s_noSlices, drawn) is { } prompt) return prompt;
        if (logged.Flipped != again.Flipped)
            return $"flipped is {logged.Flipped?.ToString() ?? "null"} in the log and is {again.Flipped?.ToString() ?? "null"} now";
        static bool Same(string text, int[] ids, string otherText, int[] otherIds) =>
            text == otherText && ids.AsSpan().SequenceEqual(otherIds);
        return Same(logged.Chosen, logged.ChosenIds, again.Chosen, again.ChosenIds)
            && Same(logged.Rejected, logged.RejectedIds, again.Rejected, again.RejectedIds)
            ? null
            : $"'{SampledTexts.Short(logged.Chosen)}' was preferred to '{SampledTexts.Short(logged.Rejected)}' in the log, "
                + $"and is '{SampledTexts.Short(again.Chosen)}' to '{SampledTexts.Short(again.Rejected)}' now";
    }

    static bool SameTokens(ITokenizer one, ITokenizer other) =>
        (one.VocabularySize, one.BosTokenId, one.EosTokenId) == (other.VocabularySize, other.BosTokenId, other.EosTokenId)
        && Enumerable.Range(0, one.VocabularySize).All(id => one.Decode([id]) == other.Decode([id]));

    static bool SameReading(Recipe recipe, int logic) => recipe.Policy.Path is null || logic >= RunFacts.LogicOfTheReading;

    static bool IsUnfit(Exception thrown) => thrown is TokenizerFileException or UntokenizableTextException or ModelFolderException
        or DatasetException or SafetensorsException or RecipeException or ArgumentException;
}
