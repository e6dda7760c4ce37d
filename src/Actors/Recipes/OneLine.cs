using System.Globalization;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Text that stays on its line wherever it is shown: a terminal, a log, a table.</summary>
static class OneLine
{
    const int MostShown = 80;

    /// <summary>Whether text is valid Unicode without control characters and line separators.</summary>
    public static bool Is(string text) => IndexOfOther(text) < 0;

    /// <summary>Index of the first character that is not allowed in one line, −1 if there is none.</summary>
    public static int IndexOfOther(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (IsOther(text[i])) return i;
        }
        return -1;
    }

    /// <summary>Text for an error message: every character that could leave the line is replaced, and what is long is cut.</summary>
    public static string Show(string text)
    {
        var cut = text.Length > MostShown ? text[..(MostShown - 1)] + "…" : text;
        return string.Concat(cut.Select((c, i) =>
            IsOther(c) && !char.IsSurrogatePair(cut, i) && (i == 0 || !char.IsSurrogatePair(cut, i - 1)) ? '\uFFFD' : c));
    }

    static bool IsOther(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
