using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reproduction;

/// <summary>Something that a study was to show, as a number against a bound.</summary>
/// <param name="Says">In words.</param>
/// <param name="Value">Over seeds; null where no runs have it.</param>
/// <param name="Least">What it must be above; null for no such bound.</param>
/// <param name="Most">What it must be below; null likewise.</param>
sealed record StudyClaim(string Says, Measured? Value, double? Least, double? Most)
{
    /// <summary>Whether it is shown: <c>yes</c> where the whole interval is within the bounds, <c>no</c> where none of it is.</summary>
    public string Shown => Value is not { Low: { } low, High: { } high } ? "not measured"
        : !(low <= Least) && !(high >= Most) ? "yes"
        : high <= Least || low >= Most ? "no"
        : "open";

    /// <summary>The bounds in words.</summary>
    public string Bound => (Least, Most) switch
    {
        ({ } least, { } most) => $"{Readable.Of(least)} to {Readable.Of(most)}",
        ({ } least, null) => $"above {Readable.Of(least)}",
        (null, { } most) => $"below {Readable.Of(most)}",
        _ => "",
    };

    /// <summary>A claim that something is above a bound.</summary>
    public static StudyClaim Above(string says, Measured? value, double bound = 0) => new(says, value, bound, null);

    /// <summary>A claim that something is below a bound.</summary>
    public static StudyClaim Below(string says, Measured? value, double bound) => new(says, value, null, bound);

    /// <summary>A claim that two things are the same, but for a margin.</summary>
    public static StudyClaim Within(string says, Measured? value, double margin) => new(says, value, -margin, margin);
}
