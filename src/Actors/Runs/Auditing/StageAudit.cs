using System.Text;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Computes again what the events outside of steps say. Each answers with what differs, null if nothing does.</summary>
static class StageAudit
{
    /// <summary>The recipe of a run's first event, and its hashes.</summary>
    /// <param name="recipe">The recipe in it.</param>
    /// <param name="parents">The recipe of the run that it left; null if it is no fork.</param>
    public static string? First(IFirstEvent first, Recipe recipe, Recipe? parents)
    {
        var early = RecipeKeys.All.FirstOrDefault(key =>
            parents is not null && key.ActsBeforeRl && key.DeterminesResult && key.Value(recipe) != key.Value(parents));
        if (early is not null)
            return $"{early.Name} is {early.Value(recipe)}, of its parent {early.Value(parents!)}: "
                + "it acts before RL, which the fork shares";
        var text = ContentHash.Of(Encoding.UTF8.GetBytes(first.Recipe));
        if (text != first.RecipeHash) return $"recipeHash is {first.RecipeHash}, the recipe's text has {text}";
        // A version that knows more keys computes another identity; it also writes more lines.
        var written = recipe.ToYaml();
        if (!IsPartOf(first.Recipe, written)) return "its recipe is not as this program writes one";
        var identity = ContentHash.Parse(RecipeIdentity.Hash(recipe));
        return written == first.Recipe && identity != first.Identity
            ? $"identity is {first.Identity}, the recipe has {identity}"
            : null;
    }

    /// <summary>Whether every line of a text is in another one, in the same order.</summary>
    static bool IsPartOf(string text, string whole)
    {
        var lines = whole.Split('\n').AsEnumerable().GetEnumerator();
        return text.Split('\n').All(line =>
        {
            while (lines.MoveNext())
                if (lines.Current == line) return true;
            return false;
        });
    }

    /// <summary>A set of comparisons: its counts, prompts, texts and labels.</summary>
    public static string? Labelled(PreferenceLabelled labelled, RunState before, ArtefactStore artefacts, WorldAudit? world)
    {
        var set = before.Preferences.Length == 0 ? PreferenceStage.Training : PreferenceStage.Heldout;
        var rows = JsonLines.Read<ComparisonRow>(artefacts.Read(labelled.Artefact));
        return EventDifference.First(labelled, PreferenceStage.Labelled(set, labelled.Who, rows, labelled.Ties, labelled.Artefact))
            ?? (labelled.Ties < 0 || labelled.Ties > rows.Count ? $"ties is {labelled.Ties} of "
                + $"{Counted.Of(rows.Count, "comparison")}" : null)
            ?? world?.Comparisons(labelled, set == PreferenceStage.Heldout, rows);
    }

    /// <summary>The place of a member and what it was measured on.</summary>
    public static string? Trained(RewardModelTrained trained, RunState before)
    {
        if (trained.Member != before.RewardModels.Length) return $"member is {trained.Member}, expected {before.RewardModels.Length}";
        var heldout = before.Preferences.LastOrDefault()?.Comparisons;
        return trained.Comparisons != heldout ? $"comparisons is {trained.Comparisons}, there are {heldout} held-out ones" : null;
    }

    /// <summary>The figures of a stage that follow from its events.</summary>
    public static string? Completed(StageCompleted stage, RunState before, Recipe recipe) => stage.Stage switch
    {
        StageNames.Sft when stage.Artefacts.Length != 1 => $"it names {Counted.Of(stage.Artefacts.Length, "artefact")}, "
            + "expected the policy alone",
        StageNames.Preferences when before.Preferences.Length != 2 =>
            $"{before.Preferences.Length} sets of comparisons were labelled, expected 2",
        StageNames.Preferences =>
            EventDifference.First(stage, PreferenceStage.Completed(before.Preferences[0].Comparisons, before.Preferences[1].Comparisons)),
        StageNames.RewardModels when before.RewardModels.Length != recipe.Reward.Members =>
            $"{before.RewardModels.Length} reward models were trained, the recipe has {recipe.Reward.Members}",
        StageNames.RewardModels => EventDifference.First(stage, RewardModelStage.Completed(before.RewardModels)),
        _ => null,
    };

    /// <summary>That a checkpoint is the state of its step.</summary>
    /// <param name="coefficient">β of the next step.</param>
    /// <param name="policy">The policy after the last step.</param>
    /// <param name="critic">The critic after the last step.</param>
    public static string? Checkpoint(CheckpointSaved saved, double coefficient, ContentHash? policy, ContentHash? critic)
    {
        string? Wrong(string name, ContentHash? expected) =>
            saved.Files.FirstOrDefault(file => file.Name == name)?.Hash is var found && found != expected
                ? $"the file '{name}' is {found}, after step {saved.Step} it was {expected}"
                : null;
        string[] names = [.. saved.Files.Select(file => file.Name)];
        if (!names.SequenceEqual(PpoState.FileNames))
            return $"its files are {string.Join(", ", names)}, expected {string.Join(", ", PpoState.FileNames)}";
        return saved.KlCoefficient.Equals(coefficient)
            ? Wrong(PpoState.PolicyFile, policy) ?? Wrong(PpoState.CriticFile, critic)
            : FormattableString.Invariant($"klCoefficient is {saved.KlCoefficient}, after step {saved.Step} it was {coefficient}");
    }

    /// <summary>That SFT went on, as far as its checkpoints tell.</summary>
    public static string? SftCheckpoint(SftCheckpointed saved, RunState before, Recipe recipe) =>
        saved.Step >= recipe.Pretrain.Steps ? $"step is {saved.Step}, SFT has {recipe.Pretrain.Steps} and ends with stage.completed"
        : saved.Tokens <= (before.Sft?.Tokens ?? 0) ? $"tokens is {saved.Tokens} after {before.Sft?.Tokens ?? 0}"
        : saved.LossSum != 0 && saved.Step <= recipe.Pretrain.Steps - SftState.LastTenth(recipe.Pretrain)
            ? FormattableString.Invariant(
                $"lossSum is {saved.LossSum} after step {saved.Step} of {recipe.Pretrain.Steps}, and only the last tenth counts")
        : null;

    /// <summary>That what was won back is what was lost.</summary>
    public static string? Recovered(RunRecovered recovered, RunState before) =>
        recovered.Mode == "exact" && recovered.Weights != (before.Weights ?? default)
            ? $"weights is {recovered.Weights}, the last step left {before.Weights}"
            : null;
}
