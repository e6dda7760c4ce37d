using System.Text.RegularExpressions;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Extraction and comparison as lm-evaluation-harness has them for its task <c>gsm8k</c>, version 3.0.</summary>
/// <remarks>
/// The patterns are those of <c>lm_eval/tasks/gsm8k/gsm8k.yaml</c>; filters/extraction.py takes a match, api/metrics.py compares texts. So
/// 18 and 18.00 differ there. In place of its fallback <c>[invalid]</c>, which equals no reference, nothing is extracted. The harness
/// truncates at stop strings while it generates, which is left to whoever generates.
/// </remarks>
static partial class HarnessAnswer
{
    /// <summary>Filter <c>strict-match</c>: the first number behind "#### "; null where there is none.</summary>
    public static string? Strict(string completion) =>
        Mark().Match(completion) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Filter <c>flexible-extract</c>: whatever looks like a number last, also "..." or "$."; null where nothing does.</summary>
    public static string? Flexible(string completion)
    {
        var last = default(ValueMatch);
        foreach (var match in NumberLike().EnumerateMatches(completion)) last = match;
        return last.Length == 0 ? null : completion.Substring(last.Index, last.Length);
    }

    /// <summary>Metric <c>exact_match</c>: equal texts after what is ignored is taken out of both.</summary>
    public static bool Matches(string extracted, string reference) =>
        string.Equals(Bare(extracted), Bare(reference), StringComparison.OrdinalIgnoreCase);

    // One after the other, as there: a point counts as final once commas behind it are gone, and only one point goes.
    static string Bare(string text)
    {
        text = text.Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
        if (text.LastIndexOf("#### ", StringComparison.Ordinal) is >= 0 and var mark) text = text[(mark + "#### ".Length)..];
        return FinalPoint().Replace(text, "");
    }

    [GeneratedRegex(@"#### (-?[0-9.,]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    [GeneratedRegex(@"-?[$0-9.,]{2,}|-?[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NumberLike();

    [GeneratedRegex(@"\.$", RegexOptions.CultureInvariant)]
    private static partial Regex FinalPoint();
}
