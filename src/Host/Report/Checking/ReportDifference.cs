namespace ActorRlhf.Host.Report.Checking;

/// <summary>Where a report says something else than the log.</summary>
/// <param name="Place">Which figure, row or value.</param>
/// <param name="File">What the file says.</param>
/// <param name="Log">What the log says.</param>
sealed record ReportDifference(string Place, string File, string Log);
