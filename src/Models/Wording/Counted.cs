using System.Globalization;

namespace ActorRlhf.Models.Wording;

/// <summary>Numbers of things in messages, the same in every culture.</summary>
public static class Counted
{
    /// <summary><c>1 step</c>, <c>3 steps</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="several">What several are called, where that is not <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {Noun(count, one, several)}");

    /// <summary>The word alone, for a number that is written in another way.</summary>
    public static string Noun(long count, string one, string? several = null) => count == 1 ? one : several ?? one + "s";
}
