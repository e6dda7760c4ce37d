using System.Text.RegularExpressions;
using ActorRlhf.Host.Report.Html;

namespace ActorRlhf.Host.Report.Checking;

/// <summary>What stands where in a report: the key nearest before a place, in the data block the path, in Markdown the heading and the
/// row.</summary>
/// <param name="lines">Lines of the report that the log gives.</param>
/// <param name="make">What kind of text it is.</param>
sealed partial class Places(string[] lines, string make)
{
    readonly int _data = Array.FindIndex(lines, line => line.EndsWith($"id=\"{ReportPage.DataId}\">", StringComparison.Ordinal));

    /// <summary>What is at a place.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="column">From 0.</param>
    public string Of(int line, int column)
    {
        if (lines[line].StartsWith("<!-- actorrlhf-report ", StringComparison.Ordinal)) return "stamp";
        if (make == "md") return InMarkdown(line);
        if (_data >= 0 && line > _data && Array.IndexOf(lines, "</script>", _data) is var end && line < end)
        {
            var before = lines[(_data + 1)..line].Sum(one => one.Length + 1);
            return "data" + JsonPlace.Of(string.Join('\n', lines[(_data + 1)..end]), before + column);
        }
        var key = Key().Matches(lines[line]).LastOrDefault(match => match.Index <= column);
        for (var above = line - 1; key is null && above >= 0; above--)
        {
            key = Key().Matches(lines[above]).LastOrDefault();
            if (key is null && lines[above].StartsWith("<style", StringComparison.Ordinal)) return "style";
        }
        if (key is null) return "the page's head";
        var name = System.Net.WebUtility.HtmlDecode(key.Groups[1].Value);
        return FigureAbove(line) is { } figure && !name.StartsWith("figure ", StringComparison.Ordinal) ? $"{figure}, {name}" : name;
    }

    /// <summary>The figure that a line is in; null where it is in none.</summary>
    string? FigureAbove(int line)
    {
        for (var above = line; above >= 0; above--)
            if (lines[above].StartsWith("</svg", StringComparison.Ordinal) && above < line) return null;
            else if (lines[above].StartsWith("<svg", StringComparison.Ordinal)) return Key().Match(lines[above]).Groups[1].Value;
        return null;
    }

    string InMarkdown(int line)
    {
        var heading = lines[..(line + 1)].LastOrDefault(one => one.StartsWith('#'))?.TrimStart('#', ' ') ?? "beginning";
        return lines[line].StartsWith("| ", StringComparison.Ordinal) ? $"{heading}, {lines[line].Split(" | ")[0][2..]}" : heading;
    }

    [GeneratedRegex("data-key=\"([^\"]*)\"")]
    private static partial Regex Key();
}
