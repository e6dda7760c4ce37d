namespace ActorRlhf.Host.Report.Content;

/// <summary>Which words of a text an earlier one does not have at their place.</summary>
static class WordChanges
{
    const int MostWords = 400;

    /// <summary>The text in pieces, in turn those that were there and those that are new; spaces stay.</summary>
    /// <param name="before">The earlier text.</param>
    /// <param name="after">The later one; behind its 400th word nothing is compared.</param>
    public static IReadOnlyList<(string Text, bool IsNew)> Of(string before, string after)
    {
        var (old, words) = (Words(before), Words(after));
        var kept = Kept(old, words);
        var pieces = new List<(string Text, bool IsNew)>();
        for (var i = 0; i < words.Length; i++)
        {
            var isNew = i < kept.Length && !kept[i];
            if (pieces.Count > 0 && pieces[^1].IsNew == isNew) pieces[^1] = (pieces[^1].Text + words[i], isNew);
            else pieces.Add((words[i], isNew));
        }
        return pieces;
    }

    /// <summary>Which of the first words belong to the longest common subsequence.</summary>
    static bool[] Kept(string[] old, string[] words)
    {
        var (rows, columns) = (Math.Min(old.Length, MostWords), Math.Min(words.Length, MostWords));
        var longest = new short[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
            for (var j = columns - 1; j >= 0; j--)
                longest[i, j] = Same(old[i], words[j])
                    ? (short)(longest[i + 1, j + 1] + 1)
                    : Math.Max(longest[i + 1, j], longest[i, j + 1]);
        var kept = new bool[columns];
        for (var (i, j) = (0, 0); i < rows && j < columns;)
            if (Same(old[i], words[j])) (kept[j], i, j) = (true, i + 1, j + 1);
            else if (longest[i + 1, j] >= longest[i, j + 1]) i++;
            else j++;
        return kept;
    }

    static bool Same(string a, string b) => a.AsSpan().TrimEnd().SequenceEqual(b.AsSpan().TrimEnd());

    /// <summary>Each word with the space behind it.</summary>
    static string[] Words(string text)
    {
        var words = new List<string>();
        for (var from = 0; from < text.Length;)
        {
            var to = from;
            while (to < text.Length && !char.IsWhiteSpace(text[to])) to++;
            while (to < text.Length && char.IsWhiteSpace(text[to])) to++;
            words.Add(text[from..to]);
            from = to;
        }
        return [.. words];
    }
}
