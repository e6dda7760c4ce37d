using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Tells which prompts of a run were cut before the policy saw them.</summary>
/// <remarks>An artefact has the whole text beside the ids that were left of it.</remarks>
/// <param name="run">The run. Its tokenizer is read when the first prompt is as long as one that was cut.</param>
sealed class CutPrompts(RunRecord run)
{
    readonly Lazy<ITokenizer> _tokenizer = new(() => StoredWorld.PolicyOf(run).Tokenizer);

    /// <summary>The text of what the policy was given of a prompt that was cut; null where it was given all.</summary>
    public string? Seen(RolloutRow row)
    {
        // Only dialogues are cut, and what is left has exactly so many tokens.
        if (row.PromptIds.Length != run.Plan.LongestPrompt) return null;
        return _tokenizer.Value.EncodePrompt(row.Prompt).Length > row.PromptIds.Length ? _tokenizer.Value.Decode(row.PromptIds) : null;
    }
}
