namespace ActorRlhf.Models.Tokenizers;

/// <summary>A text holds something that a tokenizer cannot write as tokens.</summary>
/// <param name="fragment">The part of the text: a word or a character.</param>
/// <param name="position">Where it begins, in UTF-16 code units from 0.</param>
/// <param name="what">What is wrong with it.</param>
/// <param name="nextStep">What the reader of the message can do.</param>
public sealed class UntokenizableTextException(string fragment, int position, string what, string nextStep)
    : Exception($"the text has {what} at character {position}. {nextStep}")
{
    /// <summary>The part of the text: a word or a character.</summary>
    public string Fragment { get; } = fragment;
    /// <summary>Where it begins, in UTF-16 code units from 0.</summary>
    public int Position { get; } = position;

    /// <summary>
    /// Refuses text that is no Unicode: half of a surrogate pair has
    /// no UTF-8, and libraries put U+FFFD in its place without a word.
    /// </summary>
    /// <exception cref="UntokenizableTextException">The text holds a lone surrogate.</exception>
    internal static void ThrowIfLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else
                throw new UntokenizableTextException(text[i].ToString(), i, $"the lone surrogate U+{(int)text[i]:X4}",
                    "Repair the text: it was cut in the middle of a character.");
        }
    }
}
