using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Data;

/// <summary>Turns dialogues into token ids within limits, by a named rule, and counts what it touches.</summary>
public static class PromptTruncation
{
    /// <summary>Tokenizes dialogues and applies the limits.</summary>
    /// <param name="dialogues">In file order.</param>
    /// <param name="tokenizer">The policy's.</param>
    /// <param name="rule">For prompts that are too long.</param>
    /// <param name="maxPromptTokens">Most prompt tokens, BOS included where there is one; at least 2.</param>
    /// <param name="maxCompletionTokens">Most answer tokens, EOS included; at least 1. Longer answers are cut, whatever the rule.</param>
    public static TruncatedDialogues Apply(
        IEnumerable<PreferenceDialogue> dialogues, ITokenizer tokenizer, TruncationRule rule, int maxPromptTokens, int maxCompletionTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPromptTokens, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCompletionTokens, 1);
        var kept = new List<TokenizedDialogue>();
        int shortened = 0, skipped = 0, cut = 0;
        foreach (var dialogue in dialogues)
        {
            var prompt = tokenizer.EncodePrompt(dialogue.Prompt);
            if (prompt.Length > maxPromptTokens)
            {
                if (rule is TruncationRule.Skip)
                {
                    skipped++;
                    continue;
                }
                // Text never becomes BOS: where one stands first, the tokenizer put it there.
                prompt = prompt[0] == tokenizer.BosTokenId ? [prompt[0], .. prompt[^(maxPromptTokens - 1)..]] : prompt[^maxPromptTokens..];
                shortened++;
            }
            kept.Add(new TokenizedDialogue(dialogue, prompt, Complete(dialogue.Chosen), Complete(dialogue.Rejected)));
        }
        return new TruncatedDialogues(kept, shortened, skipped, cut);

        int[] Complete(string completion)
        {
            int[] ids = [.. tokenizer.EncodeCompletion(completion), tokenizer.EosTokenId];
            if (ids.Length <= maxCompletionTokens) return ids;
            cut++;
            return ids[..maxCompletionTokens];
        }
    }
}
