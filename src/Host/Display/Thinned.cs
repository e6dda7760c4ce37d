namespace ActorRlhf.Host.Display;

/// <summary>Long lists for people: every so many-th of it.</summary>
static class Thinned
{
    const int Rows = 20;

    /// <summary>Ten to twenty-one items at one distance from each other, the first and the last among them.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items)
    {
        var every = (items.Count + Rows - 1) / Rows;
        return items.Count <= Rows ? items : [.. items.Where((_, i) => i % every == 0 || i == items.Count - 1)];
    }
}
