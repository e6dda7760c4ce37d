using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorRlhf.Actors.Recipes;

/// <summary>What a key's value may be: how it is read, written and described. Everything is culture-invariant.</summary>
abstract class ValueKind<T>
{
    /// <summary>One word for the reference.</summary>
    public abstract string Type { get; }
    /// <summary>What is allowed, as it follows "is not".</summary>
    public abstract string Allowed { get; }
    /// <summary>Whether it may stand in YAML's quotes, which make a text of it.</summary>
    public virtual bool MayBeQuoted => true;
    /// <summary>Whether the canonical text puts it in quotes.</summary>
    public virtual bool IsQuoted => false;
    /// <summary>Reads a value; false if it is not allowed and never was.</summary>
    public abstract bool TryRead(string text, out T value);
    /// <summary>Whether a run may begin with it; older runs have values that were allowed once, and are read all the same.</summary>
    public virtual bool IsForNewRuns(T value) => true;
    /// <summary>The canonical text, null for no value.</summary>
    public abstract string? Write(T value);
    /// <summary>A text that is allowed and was probably meant.</summary>
    public virtual string? Suggest(string text) => null;
}

/// <summary>A whole number with bounds.</summary>
/// <param name="from">Smallest.</param>
/// <param name="to">Largest.</param>
/// <param name="once">What was the smallest in older versions, where it was another.</param>
sealed class WholeNumber(int from, int to, int? once = null) : ValueKind<int>
{
    public override string Type => "whole number";
    public override bool MayBeQuoted => false;
    public override string Allowed { get; } = FormattableString.Invariant($"a whole number from {from} to {to}");
    public override bool TryRead(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= (once ?? from) && value <= to;
    public override bool IsForNewRuns(int value) => value >= from;
    public override string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
    public override string? Suggest(string text) =>
        RealNumber.TryFinite(text, out var number) && number == Math.Floor(number) && number >= from && number <= to
            ? Write((int)number)
            : null;
}

sealed class SeedNumber : ValueKind<ulong>
{
    public override string Type => "whole number";
    public override bool MayBeQuoted => false;
    public override string Allowed => "a whole number from 0 to 18446744073709551615";
    public override bool TryRead(string text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    public override string Write(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A finite number with bounds, which may themselves be excluded.</summary>
/// <param name="from">Smallest.</param>
/// <param name="to">Largest.</param>
/// <param name="above">Whether the smallest is excluded.</param>
/// <param name="below">Whether the largest is excluded.</param>
/// <param name="once">What every number had to be above in older versions, where that was another bound.</param>
sealed class RealNumber(double from, double to, bool above = false, bool below = false, double? once = null) : ValueKind<double>
{
    public override string Type => "number";
    public override bool MayBeQuoted => false;
    public override string Allowed { get; } = above
        ? $"a number above {Canonical(from)} and {(below ? "below" : "at most")} {Canonical(to)}"
        : $"a number from {Canonical(from)} to {Canonical(to)}";

    public override bool TryRead(string text, out double value) =>
        TryFinite(text, out value) && (once is { } bound ? value > bound : IsForNewRuns(value)) && (below ? value < to : value <= to);

    public override bool IsForNewRuns(double value) => above ? value > from : value >= from;

    public override string Write(double value) => Canonical(value);

    // .NET writes 1E-05 where everybody else writes 1e-5.
    static string Canonical(double value) =>
        value.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e');

    public override string? Suggest(string text)
    {
        var dotted = text.Replace(',', '.');
        return dotted != text && TryRead(dotted, out _) ? dotted : null;
    }

    public static bool TryFinite(string text, out double value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var finite = double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        value += 0.0; // −0 becomes 0, so that one value has one canonical text
        return finite;
    }
}

/// <summary>A finite number above 0, or null for none: where nothing is given, another key decides.</summary>
sealed class OptionalNumber(double to) : ValueKind<double?>
{
    readonly RealNumber _number = new(0, to, above: true);

    public override string Type => "number";
    public override bool MayBeQuoted => false;
    public override string Allowed => $"{_number.Allowed}, or nothing";
    public override string? Write(double? value) => value is { } number ? _number.Write(number) : null;
    public override string? Suggest(string text) => _number.Suggest(text);

    public override bool TryRead(string text, out double? value)
    {
        var given = _number.TryRead(text, out var number);
        value = given ? number : null;
        return given || text is "";
    }
}

sealed class Flag : ValueKind<bool>
{
    public override string Type => "true or false";
    public override bool MayBeQuoted => false;
    public override string Allowed => "true or false";
    public override bool TryRead(string text, out bool value) => (value = text is "true") || text is "false";
    public override string Write(bool value) => value ? "true" : "false";
    public override string? Suggest(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => "true",
        "false" or "no" or "off" => "false",
        _ => null,
    };
}

/// <summary>
/// One of an enumeration's members under its kebab-case name. The names are part of the format: renaming a member changes it.
/// </summary>
/// <param name="note">What is said beside the choices.</param>
/// <param name="retired">
/// Members that are read for ever, because runs began with them, and that <see cref="RecipeRules.Retired"/> refuses to new ones.
/// </param>
sealed class Choice<T>(string? note = null, params T[] retired) : ValueKind<T> where T : struct, Enum
{
    static readonly (string Name, T Value)[] s_choices = [.. Enum.GetValues<T>().Select(value => (RecipeNames.Of(value), value))];
    readonly string[] _names = [.. s_choices.Where(choice => !retired.Contains(choice.Value)).Select(choice => choice.Name)];

    public override string Type => "choice";
    public override string Allowed =>
        (_names.Length == 1 ? _names[0] : "one of " + string.Join(", ", _names)) + (note is null ? "" : $" ({note})");

    public override bool TryRead(string text, out T value)
    {
        var found = Array.FindIndex(s_choices, choice => choice.Name == text);
        value = found < 0 ? default : s_choices[found].Value;
        return found >= 0;
    }

    public override string Write(T value) => s_choices.Single(choice => choice.Value.Equals(value)).Name;
    public override string? Suggest(string text) => NearMiss.Find(text, _names);
}

/// <summary>Text of one line that matches a pattern.</summary>
sealed class TextLine(string pattern, string allowed) : ValueKind<string>
{
    public override string Type => "text";
    public override string Allowed => allowed;
    public override bool IsQuoted => true;
    public override bool TryRead(string text, out string value) =>
        Regex.IsMatch(value = text, pattern, RegexOptions.CultureInvariant) && OneLine.Is(text);
    public override string Write(string value) => value;
}

/// <summary>A path, or null for none. Whether it exists is checked with the rules that need the file system.</summary>
sealed class FilePath : ValueKind<string?>
{
    public override string Type => "path";
    public override string Allowed => "a path of at most 1000 characters without control characters";
    public override bool IsQuoted => true;

    public override bool TryRead(string text, out string? value)
    {
        value = text is "" ? null : text;
        return text.Length <= 1000 && OneLine.Is(text);
    }

    public override string? Write(string? value) => value;
}

/// <summary>An address that keeps secret what is sent to it, or null for none. It says nothing that is secret itself.</summary>
sealed class WebAddress : ValueKind<Uri?>
{
    public override string Type => "address";
    public override string Allowed =>
        "an https address, or an http one of this machine, of at most 1000 characters and without user, query and fragment";
    public override bool IsQuoted => true;

    public override bool TryRead(string text, out Uri? value)
    {
        value = null;
        if (text is "") return true;
        if (text.Length > 1000 || !OneLine.Is(text) || !Uri.TryCreate(text, UriKind.Absolute, out var address)) return false;
        value = address;
        return (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            && address is { UserInfo: "", Query: "", Fragment: "" };
    }

    public override string? Write(Uri? value) => value?.AbsoluteUri;
}
