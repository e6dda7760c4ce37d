using ActorRlhf.Models.Data;

namespace ActorRlhf.Models.Engines.Torch;

/// <summary>Cuts rows into groups of similar length, so that little is computed on padding.</summary>
/// <remarks>
/// The cut depends on the lengths and the order of the rows alone, so it is part of the result and the same on every machine.
/// </remarks>
static class LengthGroups
{
    const int UnitsPerGroup = 16;                     // smaller groups pad less, larger ones pay fewer kernel launches
    const int MostGroups = 4;

    /// <summary>The groups, shorter rows first.</summary>
    /// <param name="sequences">The list that the rows are of.</param>
    /// <param name="units">Rows that stay together; the longest of them counts.</param>
    public static IEnumerable<int[]> Of(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> units)
    {
        var groups = Math.Clamp(units.Count / UnitsPerGroup, 1, MostGroups);
        var sorted = units.OrderBy(unit => unit.Max(row => sequences[row].TokenIds.Length)).ToArray();
        return Enumerable.Range(0, groups)
            .Select(g => sorted[(g * sorted.Length / groups)..((g + 1) * sorted.Length / groups)].SelectMany(unit => unit).ToArray())
            .Where(group => group.Length > 0);
    }
}
