using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorRlhf.Host.Report.Content;

/// <summary>What a report was made from and how: enough to make it again.</summary>
/// <param name="Format">Version of what reports are; another one is another text.</param>
/// <param name="Make"><c>html</c>, <c>md</c> or <c>svg</c>.</param>
/// <param name="Figure">The single figure that it is; null for a report.</param>
/// <param name="Runs">Its runs in order.</param>
sealed record ReportStamp(int Format, string Make, string? Figure, IReadOnlyList<ReportStamp.OfRun> Runs)
{
    /// <summary>The version that this build writes. It goes up whenever the same log would give another text.</summary>
    public const int CurrentFormat = 2;

    const string Begin = "<!-- actorrlhf-report ", End = " -->";

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>A run, and how much of it was there.</summary>
    /// <param name="Run">Its id.</param>
    /// <param name="Training">Head of its training stream, <c>SEQUENCE:HASH</c>.</param>
    /// <param name="Evaluations">Head of its evaluation stream.</param>
    public sealed record OfRun(string Run, string Training, string Evaluations);

    /// <summary>As a comment of HTML, SVG and Markdown. XML allows no two hyphens in one.</summary>
    public string Comment() => Begin + JsonSerializer.Serialize(this, s_json).Replace("--", "-\\u002d", StringComparison.Ordinal) + End;

    /// <summary>The different stamps of a file, which has the same one at its beginning and at its end; empty for what is no
    /// report.</summary>
    public static IReadOnlyList<ReportStamp> In(string text)
    {
        var found = new List<ReportStamp>();
        foreach (var line in (string?[])[.. text.Split('\n', 4).Take(3),
            .. text[Math.Max(0, text.LastIndexOf(Begin, StringComparison.Ordinal))..].Split('\n', 2)])
            if (TryParse(line!.Trim()) is { } stamp && found.All(one => one.Comment() != stamp.Comment())) found.Add(stamp);
        return found;
    }

    static ReportStamp? TryParse(string line)
    {
        if (!line.StartsWith(Begin, StringComparison.Ordinal) || !line.EndsWith(End, StringComparison.Ordinal)) return null;
        try { return JsonSerializer.Deserialize<ReportStamp>(line[Begin.Length..^End.Length], s_json); }
        catch (JsonException) { return null; }
    }
}
