using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Evaluation.Statistics;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Report.Content;

/// <summary>Numbers and states as reports show them, the same in every culture.</summary>
static class Shown
{
    /// <summary>Nothing to show.</summary>
    public const string Nothing = "–";

    /// <summary>A number.</summary>
    public static string Number(double? value) => value is not { } number || !double.IsFinite(number) ? Nothing
        : Readable.Fixed(number, Math.Abs(number) switch { >= 1e6 => "0e+0", >= 100 => "0", _ => "0.00" });

    /// <summary>A number with a sign.</summary>
    public static string Change(Measured value) => $"{(value.Value >= 0 ? "+" : "")}{Number(value.Value)} {Ends(value)}";

    /// <summary>A number with its interval.</summary>
    public static string Value(Measured? value) => value is null ? Nothing : $"{Number(value.Value)} {Ends(value)}";

    /// <summary>A probability, in as many digits as tell it.</summary>
    public static string P(double p) => p < .001 ? "< .001" : Readable.Fixed(p, ".000");

    /// <summary>Steps in a row.</summary>
    public static string Steps(IEnumerable<int> steps) => string.Join(", ", steps.Select(step => Figures.Of(step)));

    /// <summary>Between two steps.</summary>
    public static string Between(int from, int to) => from == to ? $"step {Figures.Of(to)}"
        : $"steps {Figures.Of(from)} to {Figures.Of(to)}";

    /// <summary>The state of a link in words.</summary>
    public static string Words(LinkState state) => state switch
    {
        LinkState.Holds => "holds",
        LinkState.Broken => "broken",
        LinkState.NotEstablished => "not established",
        _ => "unknown",
    };

    static string Ends(Measured value) => value.Low is null && value.High is null
        ? "[no interval]"
        : $"[{(value.Low is { } low ? Number(low) : "−∞")}, {(value.High is { } high ? Number(high) : "∞")}]";
}
