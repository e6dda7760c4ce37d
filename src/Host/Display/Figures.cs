using System.Globalization;

namespace ActorRlhf.Host.Display;

/// <summary>Numbers as tables show them, the same in every culture.</summary>
static class Figures
{
    const double Smallest = 1e-3, Largest = 1e6;

    /// <summary>Four places behind the point, or an exponent where these would say nothing; empty for null, a dash for what is not finite.</summary>
    public static string Of(double? number) => number switch
    {
        null => "",
        { } value when !double.IsFinite(value) => "–",
        0 => "0",
        { } value when Math.Abs(value) is < Smallest or >= Largest => value.ToString("0.###e-0", CultureInfo.InvariantCulture),
        { } value => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>A whole number.</summary>
    public static string Of(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of bytes, in units of 1024.</summary>
    public static string Bytes(long bytes)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < units.Length - 1; unit++) size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    /// <summary>A moment, UTC.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
