using System.Globalization;

namespace ActorRlhf.Host.Display;

/// <summary>Numbers as tables show them, the same in every culture.</summary>
static class Figures
{
    const double Smallest = 1e-3, Largest = 1e6;

    /// <summary>
    /// Four places behind the point, or an exponent where these would say nothing; empty for null, a dash for what is not finite.
    /// </summary>
    public static string Of(double? number) => number switch
    {
        null => "",
        { } value when !double.IsFinite(value) => "–",
        0 => "0",
        { } value when Math.Abs(value) is < Smallest or >= Largest => Readable.Fixed(value, "0.###e-0"),
        { } value => Readable.Fixed(value, "0.####"),
    };

    /// <summary>A whole number.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A moment, UTC.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
