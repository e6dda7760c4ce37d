using ActorRlhf.Evaluation.Statistics.Alarm;

namespace ActorRlhf.Host.Mismatch;

/// <summary>The object of <c>mismatch --gap --json</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Points">Steps in it.</param>
/// <param name="RaisedAt">The step at which the sequential test raised its alarm; null where it did not.</param>
/// <param name="Limit">The gap above which a value counts against the run; null where the file is shorter than the baseline.</param>
/// <param name="Evidence">The bettor's fortune at the end, or at the alarm; the alarm is raised at 1/α.</param>
/// <param name="Settings">What was fixed before.</param>
/// <param name="Published">
/// Onset by the rule that was published with CHERRL, in hindsight; null where the file has no shortcut, or none.
/// </param>
sealed record GapLine(
    string File, int Points, int? RaisedAt, double? Limit, double Evidence, GapTestSettings Settings, PublishedOnset? Published)
{
    /// <summary>What a file comes to.</summary>
    public static GapLine Of(string file, GapTestSettings settings)
    {
        var points = GapFile.Read(file);
        var test = GapSequentialTest.Of(points, settings);
        return new GapLine(file, points.Count, test.RaisedAt, test.Limit, test.Fortune, settings, PublishedOnset.Of(points));
    }
}
