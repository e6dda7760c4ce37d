using ActorRlhf.Models.Data;

namespace ActorRlhf.Models.Engines;

/// <summary>Cuts rows into groups of similar length, so that little is computed on padding.</summary>
/// <remarks>
/// The cut depends on the lengths and the order of the rows alone, so it is part of the result and the same on every machine.
/// </remarks>
static class LengthGroups
{
    const int RowsPerGroup = 16;                      // smaller groups pad less, larger ones pay fewer kernel launches
    const int MostGroups = 4;

    /// <summary>The groups, shorter rows first.</summary>
    public static IEnumerable<int[]> Of(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int> rows)
    {
        var groups = Math.Clamp(rows.Count / RowsPerGroup, 1, MostGroups);
        var sorted = rows.OrderBy(row => sequences[row].TokenIds.Length).ToArray();
        return Enumerable.Range(0, groups)
            .Select(g => sorted[(g * sorted.Length / groups)..((g + 1) * sorted.Length / groups)])
            .Where(group => group.Length > 0);
    }
}
