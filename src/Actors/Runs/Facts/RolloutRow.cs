using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>One line of a rollout's artefact.</summary>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Prompt">Its text.</param>
/// <param name="PromptIds">What the policy continued.</param>
/// <param name="TokenIds">What it sampled, EOS included.</param>
/// <param name="Completion">The text of that.</param>
/// <param name="StopReason"><c>eos</c> or <c>length</c>.</param>
/// <param name="LogProbs">The sampler's log-prob of each sampled token, nats.</param>
/// <param name="Slices">As in <see cref="WorldPrompt"/>.</param>
public sealed record RolloutRow(
    string PromptId, string Prompt, int[] PromptIds, int[] TokenIds, string Completion,
    string StopReason, float[] LogProbs, IReadOnlyDictionary<string, string> Slices)
{
    /// <summary>Prompt and completion as the networks see them.</summary>
    public TokenSequence Sequence() => TokenSequence.Of(PromptIds, TokenIds);

    /// <summary>Whether the completion ended by itself.</summary>
    public bool EndedWithEos() => StopReason == EvaluationItem.StoppedByEos;

    /// <summary>Joins prompts and what was sampled for them.</summary>
    public static RolloutRow[] Of(IReadOnlyList<WorldPrompt> prompts, IReadOnlyList<Completion> completions, ITokenizer tokenizer) =>
        [.. prompts.Zip(completions, (prompt, completion) => new RolloutRow(
            prompt.Id, prompt.Text, prompt.TokenIds, completion.TokenIds, tokenizer.Decode(completion.TokenIds),
            completion.StopReason is Models.Sampling.StopReason.Eos ? EvaluationItem.StoppedByEos : EvaluationItem.StoppedByLength,
            completion.LogProbs, prompt.Slices))];

    /// <summary>The rows of a rollout's artefact.</summary>
    public static IReadOnlyList<RolloutRow> Read(ArtefactStore artefacts, ContentHash hash) =>
        JsonLines.Read<RolloutRow>(artefacts.Read(hash));
}
