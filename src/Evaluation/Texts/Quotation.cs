using System.Text;

namespace ActorRlhf.Evaluation.Texts;

/// <summary>A piece of a text for a person to recognise it by; it can be stored as UTF-8.</summary>
static class Quotation
{
    const int Longest = 120; // characters

    /// <summary>The piece, cut behind 120 characters; what stands alone of a surrogate pair is U+FFFD.</summary>
    public static string Of(ReadOnlySpan<char> piece)
    {
        var quote = new StringBuilder();
        foreach (var rune in piece.EnumerateRunes())
        {
            if (quote.Length >= Longest) return quote.Append('…').ToString();
            quote.Append(rune.ToString());
        }
        return quote.ToString();
    }
}
