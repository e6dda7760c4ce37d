namespace ActorRlhf.Host.Display;

/// <summary>Long lists for people: some of it, evenly chosen.</summary>
static class Thinned
{
    /// <summary>At most so many items, evenly spaced, the first and the last among them.</summary>
    /// <param name="items">All of them.</param>
    /// <param name="most">At least 2.</param>
    public static IEnumerable<T> Of<T>(IReadOnlyList<T> items, int most) => items.Count <= most
        ? items
        : Enumerable.Range(0, most).Select(i => items[(int)Math.Round((double)i * (items.Count - 1) / (most - 1))]);
}
