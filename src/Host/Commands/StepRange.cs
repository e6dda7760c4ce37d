using System.Globalization;

namespace ActorRlhf.Host.Commands;

/// <summary>Steps from one to another, both included.</summary>
/// <param name="First">From 0.</param>
/// <param name="Last">Not below <paramref name="First"/>.</param>
public readonly record struct StepRange(int First, int Last)
{
    /// <summary>Every step.</summary>
    public static readonly StepRange All = new(0, int.MaxValue);

    /// <summary>Whether a step is among them.</summary>
    public bool Contains(int step) => step >= First && step <= Last;

    /// <summary>Reads <c>A..B</c>, <c>A..</c>, <c>..B</c> or <c>A</c>; false for anything else.</summary>
    public static bool TryParse(string text, out StepRange range)
    {
        range = All;
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var (from, to) = dots < 0 ? (text, text) : (text[..dots], text[(dots + 2)..]);
        if (from is "" && to is "") return false;
        if (!TryStep(from, All.First, out var first) || !TryStep(to, All.Last, out var last) || last < first) return false;
        range = new StepRange(first, last);
        return true;
    }

    static bool TryStep(string text, int missing, out int step)
    {
        step = missing;
        return text is "" || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out step);
    }
}
