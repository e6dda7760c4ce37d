using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Data;

/// <summary>Splits a dataset by the text of its prompts.</summary>
/// <remarks>
/// Where a prompt goes depends on its text, the seed and the shares, not on the other lines or their order: a dataset that grows
/// never moves a held-out prompt into training.
/// </remarks>
public static class PromptSplit
{
    /// <summary>Splits dialogues into three sets.</summary>
    /// <param name="dialogues">In file order.</param>
    /// <param name="shares">Expected share of the prompts of each set.</param>
    /// <param name="seed">The run's seed.</param>
    public static DatasetSplit Split(IEnumerable<PreferenceDialogue> dialogues, SplitShares shares, ulong seed)
    {
        List<PreferenceDialogue> training = [], rl = [], evaluation = [];
        foreach (var dialogue in dialogues)
        {
            var draw = Draw(dialogue.Prompt, seed);
            var set = draw < shares.Training ? training : draw < shares.Training + shares.Rl ? rl : evaluation;
            set.Add(dialogue);
        }
        return new DatasetSplit(training, rl, evaluation);
    }

    // The prompt's hash is the counter, so the draws of different prompts are independent.
    static double Draw(string prompt, ulong seed)
    {
        var words = MemoryMarshal.Cast<byte, uint>(SHA256.HashData(Encoding.UTF8.GetBytes(prompt)));
        return Purpose.DataSplit.Uniform(seed, words[0], words[1], words[2]);
    }
}
