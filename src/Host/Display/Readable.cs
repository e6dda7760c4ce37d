using System.Globalization;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Mismatch;

namespace ActorRlhf.Host.Display;

/// <summary>Numbers as people read them, the same in every culture.</summary>
static class Readable
{
    /// <summary>Two decimals; a dash for what nobody knows.</summary>
    public static string Of(double? value) => value is { } number ? Fixed(number, "0.00") : "–";

    /// <summary>A number in a format of fixed places; what is rounded to nothing has no sign.</summary>
    public static string Fixed(double value, string format)
    {
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        return text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9') && double.IsFinite(value) ? text[1..] : text;
    }

    /// <summary>
    /// Two or three significant digits, none behind the point of a whole
    /// number: <c>0.31</c>, <c>8.4</c>, <c>64</c>, <c>1,250</c>.
    /// </summary>
    public static string Rough(double value) => Fixed(value, Math.Abs(value) switch
    {
        _ when double.IsInteger(value) => "#,0",
        < 1 => "0.00",
        < 100 => "0.0",
        _ => "#,0",
    });

    /// <summary><c>4.2 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Of(TimeSpan span) => span.TotalSeconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
    };

    /// <summary><c>0:04</c>, <c>3:05</c>, <c>2:10:00</c>.</summary>
    public static string Clock(TimeSpan span) => span.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}");

    /// <summary>Bytes, in units of 1024: <c>3.4 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    /// <summary>A share of 1 in percent, one decimal.</summary>
    public static string Percent(double share) => Fixed(share, "0.0%");

    /// <summary>From the first to the last of some steps: <c>steps 0 to 60</c>, <c>step 3</c>, <c>no step yet</c>.</summary>
    public static string Steps(IReadOnlyCollection<int> steps) => steps.Count == 0 ? "no step yet"
        : steps.Min() is var first && steps.Max() is var last && first == last
            ? string.Create(CultureInfo.InvariantCulture, $"step {first}")
            : string.Create(CultureInfo.InvariantCulture, $"steps {first} to {last}");

    /// <summary>One evaluation in words; gold only where somebody knows it.</summary>
    public static string Of(HeldoutPoint evaluation) =>
        $"proxy {OrNan(evaluation.Proxy)}{(evaluation.Gold is { } gold ? $", gold {Of(gold)}" : "")}, KL {OrNan(evaluation.Kl)} nats, "
        + $"length {OrNan(evaluation.Length)} tokens";

    /// <summary>An alarm in words.</summary>
    public static string Of(MismatchDetected alarm)
    {
        var first = alarm.Series[0];
        return string.Create(CultureInfo.InvariantCulture,
            $"{SeriesTitle.Of(first.Series)} fell between steps {first.Earlier} and {first.Later} while the reward rose ")
            + string.Create(CultureInfo.InvariantCulture, $"(evidence {alarm.Evidence:0.#e+0} of {alarm.Threshold:0})")
            + (alarm.Best is { } best ? string.Create(CultureInfo.InvariantCulture, $"; the step to take is {best}") : "");
    }

    static string OrNan(double? value) => Of(value ?? double.NaN);
}
