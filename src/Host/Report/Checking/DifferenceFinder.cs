using System.Text.RegularExpressions;

namespace ActorRlhf.Host.Report.Checking;

/// <summary>Compares a report with the one that the log gives, line by line and number by number.</summary>
static partial class DifferenceFinder
{
    const int Context = 24, MostText = 160;

    /// <summary>All differences, in the order of the file; empty for equal texts.</summary>
    /// <param name="file">The report.</param>
    /// <param name="log">What the log gives.</param>
    /// <param name="make">What kind of text it is.</param>
    public static IReadOnlyList<ReportDifference> Between(string file, string log, string make)
    {
        if (file == log) return [];
        var (found, said, made) = (new List<ReportDifference>(), file.Split('\n'), log.Split('\n'));
        var (first, places) = (0, new Places(made, make));
        while (first < Math.Min(said.Length, made.Length) && said[first] == made[first]) first++;
        var last = 0;
        while (last < Math.Min(said.Length, made.Length) - first && said[^(last + 1)] == made[^(last + 1)]) last++;
        var (inFile, inLog) = (said.Length - first - last, made.Length - first - last);
        if (inFile != inLog)
            found.Add(new ReportDifference(
                places.Of(Math.Min(first, made.Length - 1), 0), FormattableString.Invariant($"{inFile} lines from line {first + 1} on"),
                FormattableString.Invariant($"{inLog} lines")));
        for (var i = first; i < first + Math.Min(inFile, inLog); i++)
            if (said[i] != made[i]) Compare(found, said[i], made[i], column => places.Of(i, column));
        return found;
    }

    /// <summary>How many numbers a text has, a hash being one.</summary>
    public static int Numbers(string text) => Number().Count(text);

    static void Compare(List<ReportDifference> found, string said, string made, Func<int, string> place)
    {
        var (a, b) = (Number().Matches(said), Number().Matches(made));
        if (a.Count == b.Count && Number().Replace(said, "\0") == Number().Replace(made, "\0"))
        {
            for (var i = 0; i < a.Count; i++)
                if (a[i].Value != b[i].Value) found.Add(new ReportDifference(place(b[i].Index), Short(a[i].Value), Short(b[i].Value)));
            return;
        }
        var start = 0;
        while (start < Math.Min(said.Length, made.Length) && said[start] == made[start]) start++;
        var end = 0;
        while (end < Math.Min(said.Length, made.Length) - start && said[^(end + 1)] == made[^(end + 1)]) end++;
        var (from, until) = (Math.Max(0, start - Context), Math.Max(0, end - Context));
        found.Add(new ReportDifference(place(start), Short(said[from..(said.Length - until)]), Short(made[from..(made.Length - until)])));
    }

    static string Short(string text) => text.Length <= MostText ? text : text[..MostText] + "…";

    [GeneratedRegex(@"[\w.:+−-]*\d[\w.:+−-]*")]
    private static partial Regex Number();
}
