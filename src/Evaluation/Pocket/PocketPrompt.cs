using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>A prompt of Pocket: its text, a good answer, and (inside the world) how an answer is judged.</summary>
/// <remarks>
/// Immutable. The hierarchy is closed: one type for each <see cref="PocketFamily"/>. Two prompts with the same text are the same prompt.
/// </remarks>
public abstract class PocketPrompt
{
    private protected PocketPrompt(PocketFamily family, string text, string reference)
    {
        Family = family;
        Text = text;
        Reference = reference;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        Id = $"{family.ToString().ToLowerInvariant()}-{Convert.ToHexStringLower(hash.AsSpan(0, 6))}";
        Set = SetOf(hash);
    }

    /// <summary>
    /// The family's name and the first 48 bits of the SHA-256 of the text,
    /// as in <c>style-0123456789ab</c>; the same in every run and version.
    /// </summary>
    public string Id { get; }
    /// <summary>The kind of instruction.</summary>
    public PocketFamily Family { get; }
    /// <summary>
    /// The set that the prompt belongs to: a function of the text alone,
    /// so that adding prompts to the world moves no other prompt.
    /// </summary>
    public PromptSet Set { get; }
    /// <summary>What the policy is asked; words separated by single spaces.</summary>
    public string Text { get; }
    /// <summary>An answer with the full task score; it also sets how many words the task needs.</summary>
    public string Reference { get; }

    /// <summary>Whether declining gives up the task; false only where declining is the task.</summary>
    internal virtual bool RefusalForfeits => true;

    /// <summary>How well the task is done, in [−1, 1], before courtesy, length and the missing end are counted.</summary>
    internal abstract double TaskScore(Words completion);

    /// <summary>
    /// The body of a demonstration, deliberately of mixed quality: about half right; the rest refusals, lazy ones, wrong ones.
    /// </summary>
    internal virtual string DrawBody(PhiloxStream draws) => draws.Uniform() switch
    {
        < .18 => Phrases.Refusal,
        < .36 => DrawLazy(draws),
        < .52 => DrawGuess(draws),
        _ => DrawRight(draws),
    };

    private protected virtual string DrawLazy(PhiloxStream draws) => Phrases.Lazy;

    private protected abstract string DrawGuess(PhiloxStream draws);

    private protected virtual string DrawRight(PhiloxStream draws) => Reference;

    /// <summary>The first four bytes as a big-endian fraction of 2³²: below 2/5, below 4/5, or above.</summary>
    static PromptSet SetOf(byte[] hash) => (BinaryPrimitives.ReadUInt32BigEndian(hash) * 5UL >> 32) switch
    {
        < 2 => PromptSet.Training,
        < 4 => PromptSet.Rl,
        _ => PromptSet.Heldout,
    };
}
