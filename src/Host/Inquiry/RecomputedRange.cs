using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Inquiry;

/// <summary>What <c>--recompute</c> names: steps, or the whole run.</summary>
/// <param name="Steps">The steps; null for the whole run.</param>
sealed record RecomputedRange(StepRange? Steps)
{
    /// <summary>The word for the whole run.</summary>
    public const string All = "all";

    /// <summary>Whether it is the whole run.</summary>
    public bool IsAll => Steps is null;

    /// <summary>Reads <c>all</c> or what <see cref="StepRange"/> reads; otherwise false.</summary>
    public static bool TryParse(string text, out RecomputedRange? range, out string problem)
    {
        (range, problem) = (new RecomputedRange(Steps: null), "");
        if (text == All) return true;
        var isRange = StepRange.TryParse(text, out var steps, out problem);
        range = isRange ? new RecomputedRange(steps) : null;
        return isRange;
    }
}
