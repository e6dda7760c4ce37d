namespace ActorRlhf.Actors.Recipes;

/// <summary>Finds what a mistyped name probably meant.</summary>
public static class NearMiss
{
    const int MostEdits = 3;

    /// <summary>
    /// The candidate with the fewest edits, the first of equals; null if more
    /// than a third of the letters, or more than three, would have to change.
    /// </summary>
    public static string? Find(string text, IEnumerable<string> candidates) => candidates
        .Where(candidate => Math.Abs(candidate.Length - text.Length) <= MostEdits)
        .Select(candidate => (Candidate: candidate, Edits: Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(near => near.Edits <= MostEdits && 3 * near.Edits <= Math.Max(near.Candidate.Length, 3))
        .OrderBy(near => near.Edits)
        .Select(near => near.Candidate)
        .FirstOrDefault();

    // Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static int Distance(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) edits[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) edits[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replaced, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }
        return edits[a.Length, b.Length];
    }
}
